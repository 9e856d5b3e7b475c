package offhook.ops;

/// One agent, `offhook:type=Agent,name=*`.
@Described("An agent: whether it takes calls, and how it fared")
public interface AgentMXBean {

    @Described("offline, busy, away, unreachable or available")
    String getState();

    @Described(
            "Why it is away or unreachable: missed-calls, page-asleep, microphone-denied,"
                    + " microphone-missing; or empty")
    String getReason();

    @Described("Since when it is in this state, ISO 8601")
    String getSince();

    @Described(value = "Calls that it talks in, or that ring for it", units = "calls")
    int getCalls();

    @Described(value = "Calls that it was offered and answered since the start", units = "calls")
    long getCallsAnswered();

    @Described(
            value =
                    "Calls, of queues and of its own, that it let ring until their time was over,"
                            + " since the start; not those that it declined, and not those whose"
                            + " caller gave up before",
            units = "calls")
    long getCallsMissed();

    @Described(value = "Pages and devices of the agent that are connected", units = "devices")
    int getDevices();

    @Described(
            value = "Those of them that a call would reach: awake, and with a microphone",
            units = "devices")
    int getReachableDevices();

    @Described(
            "Lets no token count that was issued to it until now, and closes its pages, which have"
                    + " to sign in anew; the calls that they hold wait for that as long as for a"
                    + " page that lost its connection. Says in words what was done, and when it"
                    + " counts until the gateway restarts only")
    String revokeTokens();
}
