package offhook.probe;

import java.util.Locale;

/// What a call of the probe passes, one after the other.
public enum Stage {
    /// The INVITE is taken and rings the browser's end; later the call is ended by BYE.
    SIP,
    /// The browser port answers a connectivity check.
    ICE,
    /// Keys are agreed, and the call is answered.
    DTLS,
    /// The browser's end hears the phone.
    AUDIO_TO_BROWSER,
    /// The phone hears the browser's end.
    AUDIO_TO_PHONE;

    /// As operations see it.
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
