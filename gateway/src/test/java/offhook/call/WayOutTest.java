package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

public class WayOutTest {

    private final boolean led = true;

    @Test
    public void ofTrunksThatAreTriedOneAfterAnotherTheLastCounts() {
        WayOut out = new WayOut();
        assertThat(out.trunk()).isEmpty();

        out.tried("first", !led);
        out.tried("second", !led);

        assertThat(out.trunk()).isEqualTo("second");
    }

    @Test
    public void whereACallOutIsLedLaterIsNotWhereItWent() {
        WayOut out = new WayOut();

        out.tried("carrier", !led);
        out.tried("pbx", led);

        assertThat(out.trunk()).isEqualTo("carrier");
    }

    @Test
    public void aCallForAgentsGoesOutWhereItIsLedLast() {
        WayOut out = new WayOut();

        out.tried("full", led);
        out.tried("carrier", led);

        assertThat(out.trunk()).isEqualTo("carrier");
    }
}
