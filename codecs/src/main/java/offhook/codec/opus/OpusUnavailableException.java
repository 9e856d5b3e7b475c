package offhook.codec.opus;

/// libopus does not load on this machine.
public final class OpusUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OpusUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
