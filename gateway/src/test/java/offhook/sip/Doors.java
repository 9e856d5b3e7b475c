package offhook.sip;

import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import offhook.config.Cidr;
import offhook.config.ConfigException;
import offhook.config.ConfigLoader;
import offhook.config.TrunkConfig;
import offhook.runtime.NanoClock;
import offhook.telemetry.Counters;

/// Trunks and front doors for tests.
final class Doors {

    private Doors() {}

    static FrontDoor forTrunk(String... blocks) {
        return with(new Counters(), NanoClock.system(), 1000, trunk("pbx", blocks));
    }

    static FrontDoor with(
            Counters counters, NanoClock clock, int perSecond, TrunkConfig... trunks) {
        SipTrunks all = new SipTrunks(List.of(trunks));
        Dialogs dialogs = new Dialogs();
        return new FrontDoor(
                all,
                dialogs,
                new SourceLimiter(clock, perSecond),
                new SourceLimiter(clock, perSecond),
                new TrunkIdentification(all, dialogs, counters, clock),
                counters,
                clock);
    }

    /// A trunk that calls in from these blocks.
    static TrunkConfig trunk(String name, String... blocks) {
        String list = blocks.length == 0 ? "" : "\"" + String.join("\", \"", blocks) + "\"";
        return read("{name: %s, addresses: [%s]}".formatted(name, list));
    }

    /// A trunk that calls go out to, and that may not call in.
    static TrunkConfig trunkAt(String name, String uri) {
        return read("{name: %s, uri: \"%s\"}".formatted(name, uri));
    }

    /// A trunk as the configuration file says it; whatever that leaves out is as by default, but
    /// codec and digits.
    static TrunkConfig read(String yaml) {
        String text =
                yaml.contains("codecs:") ? yaml : yaml.replaceFirst("}$", ", codecs: [PCMA]}");
        text = text.contains("dtmf:") ? text : text.replaceFirst("}$", ", dtmf: auto}");
        try {
            return ConfigLoader.load(
                            "test.yaml",
                            "trunks: [" + text + "]",
                            _ -> Optional.empty(),
                            Path.of("."))
                    .config()
                    .trunks()
                    .getFirst();
        } catch (ConfigException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /// The same trunk but for one setting, which may be one that no file may hold.
    static TrunkConfig with(TrunkConfig trunk, String setting, Object value) {
        RecordComponent[] components = TrunkConfig.class.getRecordComponents();
        try {
            Object[] values = new Object[components.length];
            for (int i = 0; i < values.length; i++) {
                boolean changed = components[i].getName().equals(setting);
                values[i] = changed ? value : components[i].getAccessor().invoke(trunk);
            }
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new);
            return TrunkConfig.class.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(setting, e);
        }
    }

    static Cidr cidr(String text) {
        int slash = text.indexOf('/');
        InetAddress network = address(slash < 0 ? text : text.substring(0, slash));
        int length =
                slash < 0
                        ? network.getAddress().length * 8
                        : Integer.parseInt(text.substring(slash + 1));
        return new Cidr(network, length);
    }

    static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }
}
