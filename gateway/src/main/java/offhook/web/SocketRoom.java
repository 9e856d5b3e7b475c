package offhook.web;

import offhook.runtime.NanoClock;
import offhook.telemetry.Counters;

/// What all sockets of one kind share.
///
/// @param tokens what they sign in with
/// @param strangers how many there may be that are not signed in
/// @param all whether those that are signed in count too
record SocketRoom(
        AgentDesk desk,
        TokenChecker tokens,
        SocketCount strangers,
        boolean all,
        WebLimits limits,
        NanoClock clock,
        RefusalLog refusals,
        Counters counters,
        SocketRecording recording) {

    /// The same for those that sign in otherwise.
    SocketRoom with(TokenChecker others) {
        return new SocketRoom(
                desk, others, strangers, all, limits, clock, refusals, counters, recording);
    }

    /// The same for those of whom others may be there, and count as long as they are.
    SocketRoom countingAll(SocketCount count) {
        return new SocketRoom(
                desk, tokens, count, true, limits, clock, refusals, counters, recording);
    }
}
