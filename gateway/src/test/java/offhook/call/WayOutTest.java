package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

public class WayOutTest {

    private static final boolean LED = true;

    @Test
    public void ofTrunksThatAreTriedOneAfterAnotherTheLastCounts() {
        WayOut out = new WayOut();
        assertThat(out.trunk()).isEmpty();

        out.tried("first", !LED);
        out.tried("second", !LED);

        assertThat(out.trunk()).isEqualTo("second");
    }

    @Test
    public void whereACallOutIsLedLaterIsNotWhereItWent() {
        WayOut out = new WayOut();

        out.tried("carrier", !LED);
        out.tried("pbx", LED);

        assertThat(out.trunk()).isEqualTo("carrier");
    }

    @Test
    public void aCallForAgentsGoesOutWhereItIsLedLast() {
        WayOut out = new WayOut();

        out.tried("full", LED);
        out.tried("carrier", LED);

        assertThat(out.trunk()).isEqualTo("carrier");
    }
}
