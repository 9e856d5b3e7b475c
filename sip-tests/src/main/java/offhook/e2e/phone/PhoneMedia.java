package offhook.e2e.phone;

/// What carries the sound of a phone's call.
public interface PhoneMedia extends AutoCloseable {
    /// Where it receives.
    int port();

    /// Our description before it goes out; a media may change it.
    default String describe(String sdp) {
        return sdp;
    }

    /// Another offer is about to be made.
    default void agreeOn(CallOffer offer) {
        // Many say the same of themselves, whatever is offered.
    }

    /// Learns from the gateway's description where to send and in which codec.
    void onSdp(String sdp);

    /// Sends no more.
    void stop();

    @Override
    void close();
}
