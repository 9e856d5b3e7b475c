package offhook.call;

/// A sound of the gateway's own that a leg hears in place of the leg it is joined to.
public sealed interface Playback {

    /// The hold music.
    record Music() implements Playback {}

    /// The tone that says that it rings at the other end.
    record Ringback() implements Playback {}

    /// Nothing: whoever holds a call does not hear it.
    record Silence() implements Playback {}
}
