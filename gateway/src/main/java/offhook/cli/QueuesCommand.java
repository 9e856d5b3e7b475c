package offhook.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import offhook.ops.QueueMXBean;
import picocli.CommandLine.Command;

/// `offhook queues`.
@Command(
        name = "queues",
        description = "Lists the queues, who waits in them, and what became of those who did.")
final class QueuesCommand extends GatewayCommand {

    @Override
    int run(RunningGateway gateway) throws IOException {
        List<Queue> queues = new ArrayList<>();
        Table table =
                new Table(
                        "QUEUE",
                        "STRATEGY",
                        "WAITING",
                        "LONGEST S",
                        "AGENTS",
                        "FREE",
                        "ANSWERED",
                        "ABANDONED",
                        "OVERFLOWED");
        for (RunningGateway.Named<QueueMXBean> each : gateway.beans("Queue", QueueMXBean.class)) {
            Queue queue = Queue.of(each.name(), each.bean());
            queues.add(queue);
            table.add(
                    queue.name(),
                    queue.strategy(),
                    queue.waiting(),
                    queue.longestWaitSeconds(),
                    queue.agents().size(),
                    queue.agentsFree(),
                    queue.answered(),
                    queue.abandoned(),
                    queue.overflowed());
        }
        print(Map.of("queues", queues), table.lines("no queue is configured"));
        return 0;
    }

    /// What is shown of a queue.
    record Queue(
            String name,
            String strategy,
            List<String> agents,
            int agentsFree,
            int waiting,
            long longestWaitSeconds,
            long answered,
            long abandoned,
            long overflowed) {

        static Queue of(String name, QueueMXBean bean) {
            return new Queue(
                    name,
                    bean.getStrategy(),
                    bean.getAgents(),
                    bean.getAgentsFree(),
                    bean.getWaiting(),
                    bean.getLongestWaitSeconds(),
                    bean.getAnswered(),
                    bean.getAbandoned(),
                    bean.getOverflowed());
        }
    }
}
