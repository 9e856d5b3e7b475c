package offhook.ops;

import java.util.List;

/// One queue, `offhook:type=Queue,name=*`.
@Described("A queue of callers: who waits, and what became of those who did")
public interface QueueMXBean {

    @Described("Who is rung: longest-idle, linear or ring-all")
    String getStrategy();

    @Described("Who serves it, by sign-in name")
    List<String> getAgents();

    @Described(value = "Those of them who could be offered a call now", units = "agents")
    int getAgentsFree();

    @Described(
            value = "Callers that talk to nobody yet, those that an agent rings for included",
            units = "calls")
    int getWaiting();

    @Described(value = "How long the first of them has waited", units = "seconds")
    long getLongestWaitSeconds();

    @Described(value = "Callers that came to talk to an agent since the start", units = "calls")
    long getAnswered();

    @Described(value = "Callers that hung up before, since the start", units = "calls")
    long getAbandoned();

    @Described(
            value =
                    "Callers that it did not serve since the start: it was full, no agent took"
                            + " calls, or they waited for too long",
            units = "calls")
    long getOverflowed();
}
