package offhook.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import offhook.config.CallSetUp.Reliable;

/// Reads how calls with a trunk are set up.
final class TrunkSetUpReader {

    static final Words<Reliable> RELIABLE = Words.lowerCase(Reliable.class);

    /// RFC 3261 §25.1, an IPv6 address without its brackets.
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.-]{1,253}|[0-9A-Fa-f:.]+");

    private TrunkSetUpReader() {}

    static CallSetUp read(Section trunk) {
        CallSetUp absent = CallSetUp.DEFAULT;
        return new CallSetUp(
                RELIABLE.read(trunk, "100rel", absent.reliable()),
                trunk.flag("ringback", absent.ringback()),
                redirectHosts(trunk));
    }

    private static List<String> redirectHosts(Section trunk) {
        List<String> hosts = new ArrayList<>();
        for (Value value : trunk.list("redirect-hosts")) {
            Optional<String> host = value.text();
            if (host.isPresent() && !HOST.matcher(host.get()).matches()) {
                value.problem(value.quoted() + " is no name or address of a host, without a port");
            } else {
                host.ifPresent(hosts::add);
            }
        }
        return List.copyOf(hosts);
    }
}
