package offhook.dns;

import java.io.IOException;

/// No answer about a name: nobody answered, a server was in trouble, or what it said is no answer.
/// That a name does not exist is an answer.
public final class DnsException extends IOException {

    private static final long serialVersionUID = 1;

    DnsException(String message) {
        super(message);
    }
}
