package offhook.media;

import java.util.Optional;
import offhook.call.MediaSummary;
import offhook.codec.AudioCodec;
import offhook.rtp.RtpPacket;
import offhook.sdp.SdpException;
import offhook.sdp.SessionDescription;

/// The media of one leg, whatever its kind. On its call's loop only.
interface MediaLeg extends Sink {

    /// Answers the peer's offer, the first or a later one, or makes our own offer.
    ///
    /// @throws SdpException when the offer cannot be served; the leg is then as it was
    SessionDescription describe(Optional<SessionDescription> offer) throws SdpException;

    /// Takes the peer's answer to an offer of ours.
    ///
    /// @throws SdpException when it does not fit the offer
    void accept(SessionDescription answer) throws SdpException;

    /// What the peer is expected to send; the RTP clock of all it may send is the same.
    AudioCodec receiveCodec();

    /// The highest sample rate of audio that is worth having for this leg, as far as that is known.
    int worthHz();

    /// How loud the peer says a packet of it is, in -dBov (RFC 6464); 0 when it does not say.
    int levelOf(RtpPacket received);

    /// Sends a digit, or hands it to the leg's signalling where digits travel so.
    ///
    /// @param signallingTakesIt whether the peer says that its signalling takes digits
    void sendDigit(char digit, int durationMillis, boolean signallingTakesIt);

    /// Sees what came from this leg, once it is decoded; concealed losses included, pauses not.
    default AudioHook heard() {
        return AudioHook.NONE;
    }

    /// Where received audio goes from now on.
    void outlet(AudioPath path);

    /// Hears another leg, and is heard by it, from now on.
    default void faces(MediaLeg other) {}

    /// What has become of the leg's media so far.
    MediaSummary summary();

    /// Ends the leg and gives back what it holds.
    void close();
}
