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

    @Described(value = "How long the first of them has waited", units = "s")
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

    @Described("Who waits, the first first")
    List<WaitingCaller> getCallers();

    @Described("Whether an operator lets nobody wait in it: callers go on to its overflow")
    boolean isClosed();

    @Described("Those of its agents whom an operator offers no caller of it, by sign-in name")
    List<String> getPausedAgents();

    @Described(
            "Lets nobody wait any more, until opened or the next start: who comes, and who waits and"
                    + " is not being rung for, goes on to the overflow, or is refused without one")
    void close();

    @Described("Lets callers wait again")
    void open();

    @Described(
            "Offers an agent no caller of this queue, until resumed or the next start; false: it does"
                    + " not serve it")
    boolean pauseAgent(@Described("The agent's sign-in name") String agent);

    @Described("Offers an agent callers of this queue again; false: it does not serve it")
    boolean resumeAgent(@Described("The agent's sign-in name") String agent);

    @Described("Ends the call of a caller who waits; false: it does not wait here")
    boolean hangUpCaller(@Described("The call's identity, as Callers has it") String call);

    @Described(
            "Has a caller go on to the overflow as if it had waited for too long; false: it does not"
                    + " wait here, or an agent rings for it")
    boolean sendCallerOn(@Described("The call's identity, as Callers has it") String call);

    /// A caller in a queue.
    record WaitingCaller(
            @Described("The identity of its call") String call,
            @Described("The number of who calls; empty when it is just over") String number,
            @Described(value = "How long it has waited", units = "s") long waitSeconds,
            @Described("Whether an agent rings for it") boolean rung) {}
}
