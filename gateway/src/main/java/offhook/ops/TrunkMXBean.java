package offhook.ops;

import java.util.List;

/// One trunk, `offhook:type=Trunk,name=*`.
@Described("A trunk: whether it knows us, and how calls to it fare")
public interface TrunkMXBean {

    @Described(
            "Where we stand with its registrar, or with the first of several that knows us:"
                    + " unregistered (also when none is configured), registering, registered,"
                    + " refused or failing")
    String getRegistrationState();

    @Described("Until when the registrar knows us unless we ask again, ISO 8601; or empty")
    String getRegisteredUntil();

    @Described("Each of those that we register with, as the configuration lists them")
    List<Registrar> getRegistrars();

    @Described("Why the last REGISTER or INVITE failed; or empty")
    String getLastError();

    @Described(
            value = "SIP status of the last error, 0 when the trunk was not reached or none is",
            units = "SIP status")
    int getLastErrorCode();

    @Described("Address and port that requests went to last; or empty")
    String getTargetAddress();

    @Described(value = "Calls that went out to it since the start", units = "calls")
    long getCallsOut();

    @Described("How the last INVITE to it ended, status and reason; or empty")
    String getLastInvite();

    @Described(value = "Calls that live on it now, in and out", units = "calls")
    int getCallsNow();

    @Described(
            value = "Calls refused because it had all that max-calls or calls-per-second allow",
            units = "calls")
    long getCallsRefused();

    @Described("Whether calls may begin on it; an operator can forbid that")
    boolean isEnabled();

    @Described("Lets calls begin on it again")
    void enable();

    @Described(
            "Lets no calls begin on it, in or out, until enabled or the next start; emergency calls"
                    + " go all the same, and those that live go on")
    void disable();

    @Described("Where it takes requests, the most wanted place first; none before DNS answered")
    List<Target> getTargets();

    /// One with whom we register.
    record Registrar(
            @Described("Its name in the configuration") String name,
            @Described("unregistered, registering, registered, refused or failing") String state,
            @Described("Until when it knows us unless we ask again, ISO 8601; or empty")
                    String until,
            @Described("Why the last REGISTER failed; or empty") String lastError) {}

    /// One place where a trunk takes requests.
    record Target(
            @Described("Its name in the configuration, or what DNS made of it") String name,
            @Described("Its address and port") String address,
            @Described("How it is reached: udp, tcp or tls") String transport,
            @Described(
                            "new (nothing was heard yet), up, down, avoided (it asked for that) or"
                                    + " unlocated (DNS never knew it)")
                    String state,
            @Described("Why it last was not to be had; or empty") String lastError,
            @Described("Since when it is in this state, ISO 8601") String since) {}
}
