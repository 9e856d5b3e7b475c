package offhook.dns;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/// In which order servers are asked (RFC 2782): by rank; within a rank by lot, each with the chance
/// of its weight.
public final class ServerOrder {

    private ServerOrder() {}

    /// Draws an order.
    public static List<Server> draw(List<Server> servers, RandomGenerator random) {
        List<Server> left = new ArrayList<>(servers);
        // RFC 2782: those without weight come first, so that they have a chance at all.
        left.sort(Comparator.comparingInt(Server::rank).thenComparingInt(Server::weight));
        List<Server> drawn = new ArrayList<>();
        while (!left.isEmpty()) {
            drawn.add(left.remove(pick(left, random)));
        }
        return drawn;
    }

    private static int pick(List<Server> left, RandomGenerator random) {
        int rank = left.getFirst().rank();
        int end = 0;
        int sum = 0;
        while (end < left.size() && left.get(end).rank() == rank) {
            sum += left.get(end++).weight();
        }
        if (sum == 0) {
            return random.nextInt(end);
        }
        int lot = random.nextInt(sum + 1);
        int running = 0;
        for (int i = 0; i < end; i++) {
            running += left.get(i).weight();
            if (running >= lot) {
                return i;
            }
        }
        return 0;
    }
}
