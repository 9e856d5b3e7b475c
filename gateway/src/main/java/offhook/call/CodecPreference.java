package offhook.call;

/// What a call's audio toward the browser is for, where several codecs are allowed.
public enum CodecPreference {
    /// Opus wherever the browser has it: it bears loss.
    QUALITY,
    /// The trunk's own codec wherever the browser has it: nothing is transcoded.
    CAPACITY,
    /// The trunk's own codec, and Opus while the browser reports loss.
    AUTO
}
