package offhook.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

public class AudioCodecTest {

    @Test
    public void twentyMillisecondsOfOpusAre960TicksAtAnySampleRate() {
        assertThat(AudioCodec.OPUS.rtpTicks(160)).isEqualTo(960);
        assertThat(AudioCodec.PCMU.rtpTicks(160)).isEqualTo(160);
    }

    @Test
    public void twentyMillisecondsOfG722Are160TicksThoughTheyAre320Samples() {
        assertThat(AudioCodec.G722.rtpTicks(320)).isEqualTo(160);
    }

    @Test
    public void encodingNamesAreFoundInAnyCase() {
        assertThat(AudioCodec.ofEncodingName("pcmu")).contains(AudioCodec.PCMU);
        assertThat(AudioCodec.ofEncodingName("OPUS")).contains(AudioCodec.OPUS);
        assertThat(AudioCodec.ofEncodingName("telephone-event")).isEmpty();
    }

    @Test
    public void onlyStaticPayloadTypesNameACodec() {
        assertThat(AudioCodec.ofStaticPayloadType(0)).contains(AudioCodec.PCMU);
        assertThat(AudioCodec.ofStaticPayloadType(8)).contains(AudioCodec.PCMA);
        assertThat(AudioCodec.ofStaticPayloadType(9)).contains(AudioCodec.G722);
        assertThat(AudioCodec.ofStaticPayloadType(-1)).isEmpty();
        assertThat(AudioCodec.ofStaticPayloadType(111)).isEmpty();
    }
}
