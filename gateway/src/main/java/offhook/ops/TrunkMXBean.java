package offhook.ops;

/// One trunk, `offhook:type=Trunk,name=*`.
@Described("A trunk: whether it knows us, and how calls to it fare")
public interface TrunkMXBean {

    @Described(
            "Where we stand with its registrar: unregistered (also when none is configured),"
                    + " registering, registered, refused or failing")
    String getRegistrationState();

    @Described("Until when the registrar knows us unless we ask again, ISO 8601; or empty")
    String getRegisteredUntil();

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
}
