package offhook.tls;

/// A file of certificates or keys cannot serve; the message says why and what to do.
public final class TlsFileException extends Exception {

    private static final long serialVersionUID = 1L;

    TlsFileException(String message) {
        super(message);
    }

    TlsFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
