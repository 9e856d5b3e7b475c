package offhook.call;

/// A way in which digits travel on a leg.
public enum DigitPath {
    /// Telephone events in RTP (RFC 4733).
    EVENTS,
    /// The body of SIP INFO.
    INFO,
    /// The tones themselves, within the audio (ITU-T Q.23).
    INBAND
}
