package offhook.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import offhook.ops.QueueMXBean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `offhook queues`.
@Command(
        name = "queues",
        description = "Lists the queues, who waits in them, and what became of those who did.",
        subcommands = {
            QueuesCommand.Show.class,
            QueuesCommand.Close.class,
            QueuesCommand.Open.class,
            QueuesCommand.Pause.class,
            QueuesCommand.Resume.class,
            QueuesCommand.SendOn.class,
            QueuesCommand.HangUp.class
        })
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
                        "OVERFLOWED",
                        "STATE");
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
                    queue.overflowed(),
                    state(queue));
        }
        print(Map.of("queues", queues), table.lines("no queue is configured"));
        return 0;
    }

    private static String state(Queue queue) {
        String paused = String.join(" ", queue.pausedAgents());
        String open = queue.closed() ? "closed" : "open";
        return paused.isEmpty() ? open : open + ", paused: " + paused;
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
            long overflowed,
            boolean closed,
            List<String> pausedAgents) {

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
                    bean.getOverflowed(),
                    bean.isClosed(),
                    bean.getPausedAgents());
        }
    }

    /// What is done to one queue.
    abstract static class OfQueue extends GatewayCommand {

        @Parameters(paramLabel = "QUEUE", index = "0", description = "the queue")
        private String queue = "";

        @Override
        final int run(RunningGateway gateway) throws IOException {
            List<RunningGateway.Named<QueueMXBean>> all = gateway.beans("Queue", QueueMXBean.class);
            for (RunningGateway.Named<QueueMXBean> each : all) {
                if (each.name().equals(queue)) {
                    return run(queue, each.bean());
                }
            }
            return unknown("queue", queue, all.stream().map(RunningGateway.Named::name).toList());
        }

        abstract int run(String name, QueueMXBean bean);

        final int done(String name, String what) {
            print(Map.of("queue", name, "state", what), List.of(name + " " + what));
            return 0;
        }
    }

    /// Who waits.
    @Command(
            name = "show",
            description = "Lists who waits in a queue, the first first, and for how long.")
    static final class Show extends OfQueue {

        @Override
        int run(String name, QueueMXBean bean) {
            List<QueueMXBean.WaitingCaller> callers = bean.getCallers();
            Table table = new Table("CALL", "CALLER", "WAITS S", "OFFERED");
            callers.forEach(caller ->
                    table.add(
                            caller.call(),
                            caller.number(),
                            caller.waitSeconds(),
                            caller.rung() ? "an agent rings" : "-"));
            print(
                    Map.of("queue", Queue.of(name, bean), "callers", callers),
                    table.lines("nobody waits"));
            return 0;
        }
    }

    /// Sends callers elsewhere.
    @Command(
            name = "close",
            description = {
                "Lets nobody wait in a queue until it is opened, or until the next start.",
                "Who comes, and who waits and is not being rung for, goes on to the overflow."
            })
    static final class Close extends OfQueue {

        @Override
        int run(String name, QueueMXBean bean) {
            bean.close();
            return done(name, "closed");
        }
    }

    /// Takes callers again.
    @Command(name = "open", description = "Lets callers wait in a queue again.")
    static final class Open extends OfQueue {

        @Override
        int run(String name, QueueMXBean bean) {
            bean.open();
            return done(name, "open");
        }
    }

    /// What is done to one agent of a queue.
    abstract static class OfAgent extends OfQueue {

        @Parameters(paramLabel = "AGENT", index = "1", description = "the agent's sign-in name")
        private String agent = "";

        @Override
        final int run(String name, QueueMXBean bean) {
            return run(bean, agent)
                    ? done(name, word() + " " + agent)
                    : fail(
                            "'%s' does not serve the queue %s; there are: %s"
                                    .formatted(agent, name, some(bean.getAgents())),
                            EXIT_TROUBLE);
        }

        abstract boolean run(QueueMXBean bean, String who);

        abstract String word();
    }

    /// Offers an agent nothing.
    @Command(
            name = "pause",
            description =
                    "Offers an agent no caller of a queue until resumed, or until the next start.")
    static final class Pause extends OfAgent {

        @Override
        boolean run(QueueMXBean bean, String who) {
            return bean.pauseAgent(who);
        }

        @Override
        String word() {
            return "paused";
        }
    }

    /// Offers it callers again.
    @Command(name = "resume", description = "Offers an agent callers of a queue again.")
    static final class Resume extends OfAgent {

        @Override
        boolean run(QueueMXBean bean, String who) {
            return bean.resumeAgent(who);
        }

        @Override
        String word() {
            return "resumed";
        }
    }

    /// What is done to one caller who waits.
    abstract static class OfCaller extends OfQueue {

        @Parameters(paramLabel = "CALL", index = "1", description = "the call, as 'show' has it")
        private String call = "";

        @Override
        final int run(String name, QueueMXBean bean) {
            if (!run(bean, call)) {
                return fail(refusal(call, name), EXIT_TROUBLE);
            }
            print(
                    Map.of("queue", name, "call", call, "done", word()),
                    List.of(word() + ' ' + call));
            return 0;
        }

        abstract boolean run(QueueMXBean bean, String which);

        abstract String refusal(String which, String queue);

        abstract String word();
    }

    /// Has a caller go on.
    @Command(
            name = "send-on",
            description = {
                "Has a caller go on to the queue's overflow, as if it had waited for too long.",
                "Not while an agent rings for it. Without an overflow it is let go."
            })
    static final class SendOn extends OfCaller {

        @Override
        boolean run(QueueMXBean bean, String which) {
            return bean.sendCallerOn(which);
        }

        @Override
        String refusal(String which, String queue) {
            return "'%s' does not wait in the queue %s, or an agent rings for it; 'offhook queues show %2$s' lists who waits"
                    .formatted(which, queue);
        }

        @Override
        String word() {
            return "sent on";
        }
    }

    /// Ends the call of a caller.
    @Command(name = "hangup", description = "Ends the call of a caller who waits.")
    static final class HangUp extends OfCaller {

        @Override
        boolean run(QueueMXBean bean, String which) {
            return bean.hangUpCaller(which);
        }

        @Override
        String refusal(String which, String queue) {
            return "'%s' does not wait in the queue %s; 'offhook queues show %2$s' lists who waits"
                    .formatted(which, queue);
        }

        @Override
        String word() {
            return "ended";
        }
    }
}
