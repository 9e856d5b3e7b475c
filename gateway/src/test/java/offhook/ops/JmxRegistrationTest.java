package offhook.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.DescriptorRead;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanNotificationInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import javax.management.openmbean.ArrayType;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularType;
import javax.security.auth.Subject;
import offhook.agent.AgentRegistry;
import offhook.call.CallId;
import offhook.media.LoopFigures;
import offhook.runtime.NanoClock;
import offhook.runtime.Owner;
import offhook.sip.TrunkStatus;
import offhook.telemetry.AuditLog;
import offhook.telemetry.Counters;
import offhook.telemetry.Deed;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class JmxRegistrationTest {

    private static final LoopFigures FIGURES =
            new LoopFigures(
                    0.8234,
                    12_500_000,
                    7,
                    3,
                    6,
                    2,
                    4,
                    1,
                    true,
                    1000,
                    900,
                    3,
                    10,
                    0,
                    LoopFigures.Work.NONE);

    private static final Set<String> NUMBERS =
            Set.of("int", "long", "double", "java.lang.Integer", "java.lang.Long");

    /// By what names of figures end with.
    private static final Map<String, String> UNITS =
            Map.of("Seconds", "s", "Millis", "ms", "Percent", "percent", "Db", "dB");

    private static final Deed NOTHING_DONE = new Deed("nothing", Optional.empty());

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    @Test
    public void consolesSeeALoopWithItsMeaningAndUnits() throws Exception {
        ObjectName name = new ObjectName("offhook:type=MediaLoop,index=1");
        try (JmxRegistration jmx = registration()) {
            jmx.addLoop(1, new MediaLoopView(() -> FIGURES));

            MBeanInfo info = server.getMBeanInfo(name);
            Map<String, MBeanAttributeInfo> attributes =
                    Arrays.stream(info.getAttributes())
                            .collect(
                                    Collectors.toMap(
                                            MBeanAttributeInfo::getName, Function.identity()));

            assertThat(server.getAttribute(name, "UtilisationPercent")).isEqualTo(82.3);
            assertThat(server.getAttribute(name, "LatenessMillis")).isEqualTo(12.5);
            assertThat(server.getAttribute(name, "Complexity")).isEqualTo(2);
            assertThat(server.getAttribute(name, "RefusingCalls")).isEqualTo(true);
            assertThat(server.getAttribute(name, "PacketsIn")).isEqualTo(1000L);
            assertThat(info.getDescription()).startsWith("A media loop");
            assertThat(attributes).hasSize(17);
            assertThat(attributes.get("UtilisationPercent").getDescriptor().getFieldValue("units"))
                    .isEqualTo("percent");
            assertThat(attributes.values())
                    .allSatisfy(a -> assertThat(a.getDescription()).contains(" "));
        }
        assertThat(server.isRegistered(name)).isFalse();
        assertThat(server.isRegistered(new ObjectName("offhook:type=Gateway"))).isFalse();
    }

    @Test
    public void consolesSeeATrunkWithItsMeaning() throws Exception {
        ObjectName name = new ObjectName("offhook:type=Trunk,name=pbx");
        try (JmxRegistration jmx = registration()) {
            jmx.addTrunk("pbx", new TrunkView(new TrunkStatus("pbx")));

            MBeanInfo info = server.getMBeanInfo(name);
            assertThat(server.getAttribute(name, "RegistrationState")).isEqualTo("unregistered");
            assertThat(server.getAttribute(name, "RegisteredUntil")).isEqualTo("");
            assertThat(server.getAttribute(name, "CallsOut")).isEqualTo(0L);
            assertThat(info.getDescription()).startsWith("A trunk");
            assertThat(info.getAttributes())
                    .hasSize(12)
                    .allSatisfy(a -> assertThat(a.getDescription()).contains(" "));
        }
        assertThat(server.isRegistered(name)).isFalse();
    }

    /// Beans, attributes, operations, their parameters, and each item of composite data.
    @Test
    public void everythingThatConsolesShowSaysWhatItIs() throws Exception {
        AgentRegistry agents = agents();
        CallId call = CallId.next();
        try (JmxRegistration jmx = registration()) {
            jmx.addLoop(0, new MediaLoopView(() -> FIGURES));
            jmx.addTrunk("pbx", new TrunkView(new TrunkStatus("pbx")));
            AgentViews.register(jmx, agents, List.of("alice"), () -> 0, _ -> NOTHING_DONE);
            new QueueViews(agents, List::of, _ -> false, () -> 0).register(jmx, List.of("desk"));
            CallBeans calls = CallBeansTest.beans();
            calls.began(call, () -> CallBeansTest.call(call));

            Set<ObjectName> beans = server.queryNames(new ObjectName("offhook:*"), null);
            assertThat(beans)
                    .extracting(name -> name.getKeyProperty("type"))
                    .containsExactlyInAnyOrder(
                            "Gateway", "MediaLoop", "Trunk", "Agent", "Queue", "Call");
            for (ObjectName name : beans) {
                saysWhatItIs(name.toString(), server.getMBeanInfo(name));
            }
            calls.ended(call, CallBeansTest.end(call));
        }
    }

    private static void saysWhatItIs(String bean, MBeanInfo info) {
        assertSaid(bean, bean, info.getDescription());
        for (MBeanAttributeInfo each : info.getAttributes()) {
            String where = bean + " " + each.getName();
            assertSaid(where, each.getName(), each.getDescription());
            assertCounted(where, each.getType(), each);
            assertItemsSaid(where, each.getDescriptor().getFieldValue("openType"));
        }
        for (MBeanOperationInfo each : info.getOperations()) {
            String where = bean + " " + each.getName() + "()";
            assertSaid(where, each.getName(), each.getDescription());
            assertItemsSaid(where, each.getDescriptor().getFieldValue("openType"));
            for (MBeanParameterInfo parameter : each.getSignature()) {
                String which = where + " " + parameter.getName();
                assertThat(parameter.getName()).as(where).doesNotMatch("p[0-9]+");
                assertSaid(which, parameter.getName(), parameter.getDescription());
                assertCounted(which, parameter.getType(), parameter);
            }
        }
        for (MBeanNotificationInfo each : info.getNotifications()) {
            assertSaid(bean + " notification", each.getName(), each.getDescription());
        }
    }

    private static void assertSaid(String where, String name, String description) {
        assertThat(description).as(where).contains(" ").isNotEqualToIgnoringCase(name);
    }

    private static void assertCounted(String where, String type, DescriptorRead info) {
        if (NUMBERS.contains(type)) {
            assertThat((String) info.getDescriptor().getFieldValue("units"))
                    .as(where)
                    .isNotBlank()
                    // One word of a unit, everywhere.
                    .isNotIn("seconds", "sec", "milliseconds", "%");
        }
    }

    private static void assertItemsSaid(String where, Object type) {
        switch (type) {
            case CompositeType composite ->
                    composite
                            .keySet()
                            .forEach(key -> {
                                String item = where + "." + key;
                                assertSaid(item, key, composite.getDescription(key));
                                assertUnitSaid(item, key, composite.getDescription(key));
                                assertItemsSaid(item, composite.getType(key));
                            });
            case TabularType table -> assertItemsSaid(where, table.getRowType());
            case ArrayType<?> array -> assertItemsSaid(where, array.getElementOpenType());
            default -> {}
        }
    }

    /// Whose name has a unit says the same one to people.
    private static void assertUnitSaid(String where, String key, String description) {
        UNITS.forEach((end, unit) -> {
            if (key.endsWith(end)) {
                assertThat(description).as(where).contains(", " + unit);
            }
        });
    }

    /// Consoles also read them of the values.
    @Test
    public void valuesSayWhatTheirItemsAre() throws Exception {
        try (JmxRegistration _ = registration()) {
            for (Object report :
                    List.of(
                            server.getAttribute(JmxRegistration.GATEWAY, "Probe"),
                            ((Attribute)
                                            server.getAttributes(
                                                            JmxRegistration.GATEWAY,
                                                            new String[] {"Probe"})
                                                    .get(0))
                                    .getValue(),
                            server.invoke(JmxRegistration.GATEWAY, "probe", null, null))) {
                CompositeData data = (CompositeData) report;
                assertThat(data.getCompositeType().getDescription("setUpSeconds"))
                        .isEqualTo("From the INVITE to the answer; NaN is unknown, s");
                assertThat((Double) data.get("setUpSeconds")).isNaN();
            }
            TabularData metrics =
                    (TabularData) server.getAttribute(JmxRegistration.GATEWAY, "Metrics");
            assertThat(metrics.get(new Object[] {"offhook_draining"}).get("value")).isEqualTo(1.0);
            assertThat(metrics.getTabularType().getRowType().getDescription("key"))
                    .isEqualTo("What the value is of");
        }
    }

    @DataProvider
    public static Object[][] refusedArguments() {
        String endless = "x".repeat(1_000_000);
        return new Object[][] {
            {"lastCalls", args(0), "most is 0; it takes 1 to 10000"},
            {"lastCalls", args(-1), "most is -1; it takes 1 to 10000"},
            {"lastCalls", args(1_000_000), "most is 1000000; it takes 1 to 10000"},
            {"lastCalls", args(new Object[] {null}), "most is not given (null)"},
            {"call", args(new Object[] {null}), "id is not given (null)"},
            {"call", args(""), "no call '' lives or is among the last"},
            {"call", args(endless), "id has 1000000 characters; at most 1000 can be meant"},
            {"callBox", args(new Object[] {null}), "id is not given (null)"},
            {"keepCallBox", args(endless), "id has 1000000 characters; at most 1000"},
            {"traceCall", args(new Object[] {null}), "id is not given (null)"},
            {"traceTrunk", args(new Object[] {null}), "name is not given (null)"},
            {"traceFor", args("all", null, 1L, false), "name is not given (null)"},
            {"traceFor", args(null, "", 1L, false), "what is not given (null)"},
            {
                "traceFor",
                args("all", "", "1", false),
                "seconds is of the type String; it takes long"
            },
            {"lastCalls", args(5L), "most is of the type Long; it takes int"},
            {"call", args(5), "id is of the type Integer; it takes String"},
        };
    }

    private static Object[] args(Object... arguments) {
        return arguments;
    }

    /// What cannot be meant is answered in words, and kept as short in the audit log.
    @Test(dataProvider = "refusedArguments")
    public void argumentsThatCannotBeMeantAreRefusedInWords(
            String operation, Object[] arguments, String words) throws Exception {
        List<String> entries = new ArrayList<>();
        try (JmxRegistration _ =
                registration((_, _, subject, outcome) -> entries.add(subject + " " + outcome))) {
            String[] signature =
                    Arrays.stream(server.getMBeanInfo(JmxRegistration.GATEWAY).getOperations())
                            .filter(each -> each.getName().equals(operation))
                            .flatMap(each -> Arrays.stream(each.getSignature()))
                            .map(MBeanParameterInfo::getType)
                            .toArray(String[]::new);

            assertThatThrownBy(() ->
                            server.invoke(JmxRegistration.GATEWAY, operation, arguments, signature))
                    .isInstanceOf(RuntimeMBeanException.class)
                    .cause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(words);
        }
        assertThat(entries)
                .singleElement()
                .satisfies(entry ->
                        assertThat(entry).hasSizeLessThan(700).contains("failed: " + words));
    }

    @Test
    public void aLogLevelThatIsNoneIsRefusedInWords() throws Exception {
        try (JmxRegistration _ = registration()) {
            assertThatThrownBy(() ->
                            server.setAttribute(
                                    JmxRegistration.GATEWAY, new Attribute("LogLevel", null)))
                    .isInstanceOf(RuntimeMBeanException.class)
                    .cause()
                    .hasMessage("LogLevel is not given (null)");
        }
    }

    /// Who sets several at once is refused as who sets one, and recorded as much.
    @Test
    public void ofSeveralAttributesThoseThatCannotBeSetAreLeftOutAndRecorded() throws Exception {
        List<String> entries = new ArrayList<>();
        AttributeList wanted =
                new AttributeList(
                        List.of(
                                new Attribute("LogLevel", null),
                                new Attribute("Version", "2"),
                                new Attribute("LogLevel", "debug")));
        try (JmxRegistration _ =
                registration((_, _, subject, outcome) -> entries.add(subject + " " + outcome))) {
            assertThat(server.setAttributes(JmxRegistration.GATEWAY, wanted))
                    .containsExactly(new Attribute("LogLevel", "debug"));
            assertThat(server.getAttribute(JmxRegistration.GATEWAY, "LogLevel")).isEqualTo("debug");
        }
        assertThat(entries)
                .containsExactly(
                        "type=Gateway LogLevel=(null) failed: LogLevel is not given (null)",
                        "type=Gateway Version=(2) failed: Read-only attribute: Version",
                        "type=Gateway LogLevel=debug ok");
    }

    /// What an operation answers is for the console; the audit log says that nothing was done.
    @Test
    public void whatAQueueDidNotDoIsRecordedAsThat() throws Exception {
        List<String> entries = new ArrayList<>();
        ObjectName name = new ObjectName("offhook:type=Queue,name=desk");
        Owner owner = new Owner("agents", NanoClock.system(), 4, _ -> {});
        AgentRegistry agents = new AgentRegistry(owner, List.of("alice"));
        owner.start();
        try (JmxRegistration jmx =
                registration((_, _, subject, outcome) -> entries.add(subject + " " + outcome))) {
            new QueueViews(agents, List::of, _ -> true, () -> 0).register(jmx, List.of("desk"));
            for (String operation :
                    List.of("pauseAgent", "resumeAgent", "hangUpCaller", "sendCallerOn")) {
                assertThat(
                                server.invoke(
                                        name,
                                        operation,
                                        args("nix"),
                                        new String[] {String.class.getName()}))
                        .isEqualTo(false);
            }
            server.invoke(name, "close", null, null);
        } finally {
            owner.stop();
        }

        assertThat(entries)
                .containsExactly(
                        "type=Queue,name=desk pauseAgent(nix) failed: it does not serve this queue",
                        "type=Queue,name=desk resumeAgent(nix) failed: it does not serve this queue",
                        "type=Queue,name=desk hangUpCaller(nix) failed: it does not wait here",
                        "type=Queue,name=desk sendCallerOn(nix) failed: it does not wait here, or an"
                                + " agent rings for it",
                        "type=Queue,name=desk close() ok");
    }

    @Test
    public void operatorsDrainReloadAndChangeTheLogByTheBean() throws Exception {
        try (JmxRegistration _ = registration()) {
            ObjectName gateway = JmxRegistration.GATEWAY;

            server.invoke(gateway, "drain", null, null);
            assertThat(server.getAttribute(gateway, "Draining")).isEqualTo(true);
            server.invoke(gateway, "undrain", null, null);
            assertThat(server.getAttribute(gateway, "Draining")).isEqualTo(false);
            assertThat((String[]) server.invoke(gateway, "reload", null, null))
                    .containsExactly("changed: routes");
            server.setAttribute(gateway, new Attribute("LogLevel", "debug"));
            assertThat(server.getAttribute(gateway, "LogLevel")).isEqualTo("debug");
            assertThat((String) server.invoke(gateway, "dump", null, null)).isEqualTo("a dump");
            assertThat((String) server.getAttribute(gateway, "Health")).contains("ready");
            assertThat(server.getMBeanInfo(gateway).getNotifications())
                    .singleElement()
                    .satisfies(told ->
                            assertThat(told.getNotifTypes())
                                    .containsExactly(Alarms.RAISED, Alarms.CLEARED));
        }
    }

    @Test
    public void aTrunkIsDisabledAndEnabledByItsBean() throws Exception {
        ObjectName name = new ObjectName("offhook:type=Trunk,name=pbx");
        try (JmxRegistration jmx = registration()) {
            jmx.addTrunk("pbx", new TrunkView(new TrunkStatus("pbx")));

            assertThat(server.getAttribute(name, "Enabled")).isEqualTo(true);
            server.invoke(name, "disable", null, null);
            server.invoke(name, "enable", null, null);
            assertThat(server.getAttribute(name, "Enabled")).isEqualTo(true);
        }
    }

    /// What an operation returns is for the console; who reads the audit log wants to know it, too.
    @Test
    public void whoOnlyReadsFromAfarGetsStoriesAndNoBlackBoxes() throws Exception {
        try (JmxRegistration _ = registration()) {
            assertThat(asked(false, "call", "known")).isEqualTo("known");
            assertThatThrownBy(() -> asked(true, "callBox", "known"))
                    .hasStackTraceContaining("IllegalArgumentException: off");
            for (String refused : List.of("callBox", "keepCallBox", "traceCall")) {
                assertThatThrownBy(() -> asked(false, refused, "known"))
                        .as(refused)
                        .hasStackTraceContaining("SecurityException: this user may not do that");
            }
        }
    }

    private Object asked(boolean operates, String operation, String argument) {
        RemoteUser who = new RemoteUser("carol", operates, "192.0.2.1");
        MBeanServer guarded = JmxAccess.before(server, new OperationAudit(AuditLog.NONE));
        return Subject.callAs(
                new Subject(true, Set.of(who), Set.of(), Set.of()),
                () ->
                        guarded.invoke(
                                JmxRegistration.GATEWAY,
                                operation,
                                new Object[] {argument},
                                new String[] {String.class.getName()}));
    }

    @Test
    public void whatAnOperationLacksIsInTheAuditLog() throws Exception {
        List<String> entries = new ArrayList<>();
        ObjectName name = new ObjectName("offhook:type=Agent,name=alice");
        Deque<Deed> deeds =
                new ArrayDeque<>(
                        List.of(
                                new Deed("alice was signed out, for now.", Optional.of("for now")),
                                new Deed("alice was signed out.", Optional.empty())));
        AgentRegistry agents = agents();
        try (JmxRegistration jmx =
                registration((_, _, subject, outcome) -> entries.add(subject + " " + outcome))) {
            AgentViews.register(jmx, agents, List.of("alice"), () -> 0, _ -> deeds.remove());

            assertThat(server.invoke(name, "revokeTokens", null, null))
                    .isEqualTo("alice was signed out, for now.");
            server.invoke(name, "revokeTokens", null, null);
        }

        assertThat(entries)
                .containsExactly(
                        "type=Agent,name=alice revokeTokens() ok, but for now",
                        "type=Agent,name=alice revokeTokens() ok");
    }

    private static AgentRegistry agents() {
        return new AgentRegistry(new Owner("agents", () -> 0, 1, _ -> {}), List.of("alice"));
    }

    private static JmxRegistration registration() {
        return registration(AuditLog.NONE);
    }

    private static JmxRegistration registration(AuditLog log) {
        Health health = new Health();
        Owner owner = new Owner("alarms", () -> 0, 1, _ -> {});
        return new JmxRegistration(
                new GatewayView(
                        new GatewayView.Sources(
                                () -> 0,
                                () -> 0,
                                Map::of,
                                Optional::empty,
                                new Counters(),
                                () -> Map.of("offhook_draining", 1.0),
                                health,
                                new Alarms(owner, Instant::now),
                                new CallStories(
                                        id -> Optional.of(id.value()).filter("known"::equals),
                                        Integer::toString),
                                () -> "",
                                new NoRecordings(),
                                new NoProbe()),
                        new Controls(),
                        () -> "a dump",
                        () -> 0,
                        "test"),
                log);
    }

    /// Keeps what it is told.
    private static final class Controls implements GatewayControl {
        private boolean draining;
        private String level = "info";

        @Override
        public void drain(boolean wanted) {
            draining = wanted;
        }

        @Override
        public boolean isDraining() {
            return draining;
        }

        @Override
        public List<String> reload() {
            return List.of("changed: routes");
        }

        @Override
        public String logLevel() {
            return level;
        }

        @Override
        public void logLevel(String wanted) {
            level = wanted;
        }
    }
}
