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
    ///
    /// @param name of the configuration
    /// @param state `unregistered`, `registering`, `registered`, `refused` or `failing`
    /// @param until it forgets us unless we ask again, ISO 8601; or empty
    /// @param lastError why the last REGISTER failed; or empty
    record Registrar(String name, String state, String until, String lastError) {}

    /// One place where a trunk takes requests.
    ///
    /// @param name of the configuration, or what DNS made of it
    /// @param address and port
    /// @param state `new` (nothing was heard yet), `up`, `down`, `avoided` (it asked for that) or
    ///   `unlocated` (DNS never knew it)
    /// @param lastError why it last was not to be had; or empty
    /// @param since of the state, ISO 8601
    record Target(
            String name,
            String address,
            String transport,
            String state,
            String lastError,
            String since) {}
}
