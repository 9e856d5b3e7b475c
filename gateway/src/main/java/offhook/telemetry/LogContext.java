package offhook.telemetry;

import org.apache.logging.log4j.CloseableThreadContext;
import org.apache.logging.log4j.ThreadContext;

/// What a line of the log is about, apart from what it says: the call, the trunk and the agent. The
/// layouts show them in a place of their own, so that lines are found by them.
///
/// It belongs to the calling thread; a context that is closed leaves what was there before.
public final class LogContext {

    private static final String CALL = "call";
    private static final String TRUNK = "trunk";
    private static final String AGENT = "agent";

    private LogContext() {}

    /// Lines of a call, whose trunk and agent [#trunk(String)] and [#agent(String)] tell when they
    /// are known.
    public static CloseableThreadContext.Instance ofCall(String id) {
        return CloseableThreadContext.put(CALL, id).put(TRUNK, "").put(AGENT, "");
    }

    /// Lines of a leg of a call on a trunk.
    public static CloseableThreadContext.Instance ofLeg(String call, String trunk) {
        return CloseableThreadContext.put(CALL, call).put(TRUNK, trunk);
    }

    /// Lines of a leg of a call at an agent's device.
    public static CloseableThreadContext.Instance ofDevice(String call, String agent) {
        return CloseableThreadContext.put(CALL, call).put(AGENT, agent);
    }

    /// Lines of what is no call: registering, looking after a trunk, refusing what it asks for.
    public static CloseableThreadContext.Instance ofTrunk(String name) {
        return CloseableThreadContext.put(TRUNK, name);
    }

    /// Lines of an agent's device.
    public static CloseableThreadContext.Instance ofAgent(String name) {
        return CloseableThreadContext.put(AGENT, name);
    }

    /// The call has to do with this trunk from now on.
    public static void trunk(String name) {
        ThreadContext.put(TRUNK, name);
    }

    /// The call has to do with this agent from now on; empty for none.
    public static void agent(String name) {
        ThreadContext.put(AGENT, name);
    }
}
