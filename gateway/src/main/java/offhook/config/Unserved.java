package offhook.config;

import offhook.config.QueueConfig.Strategy;

/// What the file can say and this version does not do. It is refused, so that nobody believes it
/// done. Each method goes when its feature comes.
final class Unserved {

    private static final String NOT_YET = " is not served by this version";

    private Unserved() {}

    /// Agents of a queue are rung one after another, as the file lists them.
    static void strategy(Section queue, Strategy strategy) {
        String instead = "; agents are rung one by one, in the order of 'agents'";
        switch (strategy) {
            case RING_ALL ->
                    queue.find("strategy")
                            .ifPresent(v -> v.problem("ring-all" + NOT_YET + instead));
            case LONGEST_IDLE -> queue.warning("longest-idle" + NOT_YET + instead);
        }
    }
}
