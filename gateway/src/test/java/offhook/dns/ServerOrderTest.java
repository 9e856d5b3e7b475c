package offhook.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.SplittableRandom;
import org.testng.annotations.Test;

public class ServerOrderTest {

    private static Server server(String host, int rank, int weight) {
        return new Server(host, InetAddress.getLoopbackAddress(), 5060, "udp", rank, weight);
    }

    @Test
    public void lowerRankComesFirstAndWeightIsAShare() {
        List<Server> servers =
                List.of(server("c", 20, 100), server("a", 10, 3), server("b", 10, 1));
        SplittableRandom random = new SplittableRandom(1);
        int aFirst = 0;
        for (int i = 0; i < 4000; i++) {
            List<Server> order = ServerOrder.draw(servers, random);
            assertThat(order).hasSize(3);
            assertThat(order.getLast().host()).isEqualTo("c");
            aFirst += order.getFirst().host().equals("a") ? 1 : 0;
        }

        // 0..4 are drawn; 0 and 1 fall to b, which stands first.
        assertThat(aFirst / 4000.0).isBetween(0.56, 0.64);
    }

    @Test
    public void withoutWeightsAnyOrderOfTheRankIsDrawn() {
        List<Server> servers = List.of(server("a", 1, 0), server("b", 1, 0));
        SplittableRandom random = new SplittableRandom(1);
        int aFirst = 0;
        for (int i = 0; i < 1000; i++) {
            aFirst += ServerOrder.draw(servers, random).getFirst().host().equals("a") ? 1 : 0;
        }

        assertThat(aFirst).isBetween(400, 600);
    }
}
