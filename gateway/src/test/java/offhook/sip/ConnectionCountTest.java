package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

public class ConnectionCountTest {

    @Test
    public void trunkHasAQuarterOfAllConnections() {
        ConnectionCount count = new ConnectionCount(40);

        assertThat(taken(count, "noisy")).isEqualTo(10);
        assertThat(taken(count, "a")).isEqualTo(10);
        count.giveBack("noisy");
        assertThat(taken(count, "noisy")).isEqualTo(1);
    }

    @Test
    public void trunkHasEightConnectionsAsLongAsThereAreAny() {
        ConnectionCount count = new ConnectionCount(12);

        assertThat(taken(count, "a")).isEqualTo(8);
        assertThat(taken(count, "b")).isEqualTo(4);
        count.giveBack("a");
        assertThat(taken(count, "b")).isEqualTo(1);
        assertThat(taken(count, "a")).isZero();
    }

    private static int taken(ConnectionCount count, String trunk) {
        int taken = 0;
        while (count.take(trunk)) {
            taken++;
        }
        return taken;
    }
}
