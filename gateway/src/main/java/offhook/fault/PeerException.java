package offhook.fault;

import java.util.Objects;

/// A peer sent something wrong in signalling. Parsers throw it with the verdict they reached; the
/// adapter that called the parser catches it once and answers with that verdict.
public abstract class PeerException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Verdict verdict;

    protected PeerException(Verdict verdict, String message) {
        super(message);
        this.verdict = verdict;
    }

    protected PeerException(Verdict verdict, String message, Throwable cause) {
        super(message, cause);
        this.verdict = verdict;
    }

    /// What was wrong, for the answer and the log.
    public final String explanation() {
        return Objects.requireNonNullElse(getMessage(), "");
    }

    /// What to answer.
    public final Verdict verdict() {
        return verdict;
    }
}
