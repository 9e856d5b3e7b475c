package offhook.ops;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import offhook.call.CallId;

/// Where the stories of calls are to be had, JSON. Any thread.
///
/// @param story of a call that lives or was one of the last; empty: no such call is known
/// @param last the last calls that are over, the latest first, as many as wanted
public record CallStories(Function<CallId, Optional<String>> story, IntFunction<String> last) {}
