package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import offhook.config.TrunkConfig;
import org.testng.annotations.Test;

public class SipTrunksTest {

    @Test
    public void mostSpecificBlockWins() {
        SipTrunks trunks =
                new SipTrunks(
                        List.of(
                                Doors.trunk("wide", "10.0.0.0/8"),
                                Doors.trunk("host", "10.1.2.3"),
                                Doors.trunk("narrow", "10.1.0.0/16", "10.1.2.3/32")));

        assertThat(name(trunks, "10.9.9.9")).isEqualTo("wide");
        assertThat(name(trunks, "10.1.9.9")).isEqualTo("narrow");
        assertThat(name(trunks, "10.1.2.3")).isEqualTo("host");
        assertThat(name(trunks, "::ffff:10.1.2.3")).isEqualTo("host");
        assertThat(name(trunks, "11.0.0.1")).isEqualTo("nobody");
    }

    private static String name(SipTrunks trunks, String address) {
        return trunks.find(Doors.address(address)).map(TrunkConfig::name).orElse("nobody");
    }
}
