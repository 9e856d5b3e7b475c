package offhook.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A web site whose visitors may call one destination.
///
/// @param name of the site
/// @param key with which the site's own server signs tokens for its visitors; empty: this gateway
///   gives one to whoever asks from a page of the site
/// @param origins exact origins of the site's pages
/// @param to whom its visitors call
/// @param callerId number that a trunk is shown; empty: none
/// @param fields what a page may say of its visitor
/// @param tokenLifetime how long a token is valid at most
/// @param ring how long it rings
/// @param call how long a call lasts at most
/// @param maxCalls calls at one time
/// @param callsPerMinute calls that may begin in a minute
/// @param callsPerAddress of those, the calls of one address
public record GuestSite(
        String name,
        Optional<Secret> key,
        List<String> origins,
        RouteConfig.Destination to,
        Optional<String> callerId,
        List<String> fields,
        Duration tokenLifetime,
        Duration ring,
        Duration call,
        int maxCalls,
        int callsPerMinute,
        int callsPerAddress) {

    /// What calls of the site come from, as [RouteConfig#source()] says of others. No trunk can be
    /// called so.
    public String source() {
        return "guest:" + name;
    }
}
