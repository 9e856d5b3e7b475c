package offhook.call;

/// How a transfer goes, for the one who asked for it. All subtypes live here.
public sealed interface TransferReport {

    /// It is taken on; the other party waits.
    record Trying() implements TransferReport {}

    /// The target rings.
    record Ringing() implements TransferReport {}

    /// The target answered, and talks to the one who asked.
    record Consulting() implements TransferReport {}

    /// The other party and the target have each other; the one who asked is out.
    record Done() implements TransferReport {}

    /// It came to nothing: the one who asked has the other party again, or is left alone with the
    /// target when the other party went.
    record Failed(EndCause cause) implements TransferReport {}

    /// It was not taken on, or what was asked for is not possible now; nothing has changed.
    record Refused(EndCause cause) implements TransferReport {}
}
