package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import offhook.codec.AudioCodec;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class PacketCutterTest {

    private record Packet(int length, int clockTicks, boolean talkStart) {}

    private List<Packet> packets;
    private ByteArrayOutputStream sound;
    private PacketCutter cutter;
    private byte next;

    @BeforeMethod
    public void begin() {
        packets = new ArrayList<>();
        sound = new ByteArrayOutputStream();
        next = 0;
        cutter =
                new PacketCutter((payload, offset, length, clockTicks, talkStart) -> {
                    packets.add(new Packet(length, clockTicks, talkStart));
                    sound.write(payload, offset, length);
                });
    }

    private void frame(int clockTicks, boolean talkStart) {
        byte[] payload = new byte[160];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = next++;
        }
        cutter.next(clockTicks);
        cutter.add(AudioCodec.PCMA, payload, 0, payload.length, talkStart);
    }

    @DataProvider
    public static Object[][] packetTimes() {
        return new Object[][] {{10}, {20}, {30}, {40}, {50}, {60}};
    }

    @Test(dataProvider = "packetTimes")
    public void framesBecomePacketsOfTheWantedLength(int millis) {
        cutter.packetMillis(millis);

        for (int i = 0; i < 300; i++) {
            frame(160, i == 0);
        }

        assertThat(packets).hasSize(6000 / millis);
        assertThat(packets.stream().skip(1))
                .allMatch(p -> p.equals(new Packet(millis * 8, millis * 8, false)));
        assertThat(packets.getFirst().talkStart()).isTrue();
        byte[] bytes = sound.toByteArray();
        for (int i = 0; i < bytes.length; i++) {
            assertThat(bytes[i]).isEqualTo((byte) i);
        }
    }

    @Test
    public void aStepInTimeEndsAPacketAndKeepsItsLength() {
        cutter.packetMillis(60);

        frame(160, true);
        frame(160, false);
        frame(160 * 51, true);
        frame(160, false);
        frame(160, false);

        assertThat(packets)
                .containsExactly(new Packet(320, 160, true), new Packet(480, 160 * 52, true));
    }

    @Test
    public void whatIsSentInPlaceOfFramesTakesTheirTime() {
        cutter.packetMillis(40);
        frame(160, true);
        frame(160, false);

        frame(160, false);
        assertThat(cutter.next(160)).isEqualTo(480);
        cutter.replaced();
        frame(160, false);
        frame(160, false);

        assertThat(packets)
                .containsExactly(new Packet(320, 160, true), new Packet(320, 160, false));
    }

    @Test
    public void anotherPacketTimeHoldsFromTheNextPacketOn() {
        frame(160, true);
        cutter.packetMillis(60);
        frame(160, false);
        frame(160, false);
        cutter.packetMillis(20);
        frame(160, false);
        frame(160, false);

        int ticks = packets.stream().skip(1).mapToInt(Packet::clockTicks).sum();
        assertThat(sound.size()).isEqualTo(5 * 160);
        assertThat(ticks).isEqualTo(4 * 160);
    }

    @Test
    public void aFrameOfOpusGoesOutAsItIs() {
        cutter.packetMillis(60);

        cutter.next(960);
        cutter.add(AudioCodec.OPUS, new byte[77], 0, 77, true);
        cutter.next(960);
        cutter.add(AudioCodec.OPUS, new byte[3], 0, 3, false);

        assertThat(packets).containsExactly(new Packet(77, 960, true), new Packet(3, 960, false));
    }
}
