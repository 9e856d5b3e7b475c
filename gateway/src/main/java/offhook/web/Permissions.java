package offhook.web;

import java.util.List;

/// What an agent may do with calls. Where a call goes is for the routes to say all the same.
///
/// @param dial whom the agent may call: numbers or names; a `*` at the end stands for any rest
/// @param transfer whether the agent may lead callers on
record Permissions(List<String> dial, boolean transfer) {

    /// Whatever routes lead to.
    static final Permissions ALL = new Permissions(List.of("*"), true);

    Permissions {
        dial = List.copyOf(dial);
    }

    /// Whether the agent may call a number or name, as it was dialled.
    boolean mayDial(String number) {
        for (String allowed : dial) {
            boolean fits =
                    allowed.endsWith("*")
                            ? number.startsWith(allowed.substring(0, allowed.length() - 1))
                            : number.equals(allowed);
            if (fits) {
                return true;
            }
        }
        return false;
    }

    /// Whether the agent may transfer to a number or name; a colleague, `agent:NAME`, or a queue,
    /// `queue:NAME`, is nobody's cost, so that only the right to transfer counts.
    boolean mayTransferTo(String target) {
        return transfer
                && (target.startsWith("agent:") || target.startsWith("queue:") || mayDial(target));
    }
}
