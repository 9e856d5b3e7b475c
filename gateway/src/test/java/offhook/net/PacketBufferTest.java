package offhook.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.testng.annotations.Test;

public class PacketBufferTest {

    @Test
    public void headersGoBeforeAPayloadIntoTheHeadRoom() {
        PacketBuffer packet = new PacketBuffer().clear();
        packet.append(new byte[] {1, 2, 3}, 0, 3);

        packet.prepend(12);

        assertThat(packet.length()).isEqualTo(15);
        assertThat(packet.bytes()[packet.offset() + 12]).isEqualTo((byte) 1);
        assertThat(packet.view().remaining()).isEqualTo(15);
        assertThat(packet.end()).isEqualTo(packet.offset() + 15);
    }

    @Test
    public void nothingReachesBeyondTheArray() {
        PacketBuffer packet = new PacketBuffer().clear();

        assertThatThrownBy(() -> packet.prepend(65)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> packet.length(1985)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> packet.range(Integer.MAX_VALUE, 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> packet.append(new byte[2000], 0, 2000))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    public void aCopyHasTheBytesTheArrivalAndTheSource() {
        PacketBuffer packet = new PacketBuffer().clear().append(new byte[] {9, 8}, 0, 2);
        packet.arrivalNanos(77);

        PacketBuffer copy = new PacketBuffer().copyOf(packet);

        assertThat(copy.length()).isEqualTo(2);
        assertThat(copy.bytes()[copy.offset() + 1]).isEqualTo((byte) 8);
        assertThat(copy.arrivalNanos()).isEqualTo(77);
        assertThat(copy.source()).isEqualTo(packet.source());
    }
}
