package offhook.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Date;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.ReflectionException;
import javax.management.openmbean.CompositeData;
import offhook.call.BrowserView;
import offhook.call.CallDetails;
import offhook.call.CallDetails.Verification;
import offhook.call.CallDirection;
import offhook.call.CallEnd;
import offhook.call.CallId;
import offhook.call.CallSnapshot;
import offhook.call.CallSnapshot.LegKind;
import offhook.call.Diversion;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.call.LegQuality;
import offhook.call.Party;
import offhook.telemetry.AuditLog;
import org.testng.annotations.Test;

public class CallBeansTest {

    private static final long SECOND = 1_000_000_000L;

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    static CallSnapshot call(CallId id) {
        return new CallSnapshot(
                id,
                CallDirection.IN,
                "pbx",
                "",
                new Party("5551000", "Ada"),
                new Party("200", ""),
                "alice",
                "active",
                100 * SECOND,
                103 * SECOND,
                OptionalLong.empty(),
                OptionalLong.of(103 * SECOND),
                List.of(
                        new LegKind(new LegId(id, 0), "trunk", "pbx"),
                        new LegKind(new LegId(id, 1), "browser", "")),
                new CallDetails(
                        false,
                        Verification.PASSED,
                        List.of(new Diversion(new Party("300", "Sales"), "no-answer")),
                        Optional.empty(),
                        Map.of()));
    }

    private static BrowserView browser() {
        return new BrowserView(
                "opus",
                "relay",
                41,
                2,
                0.5,
                60,
                Double.NaN,
                100,
                1,
                90,
                0,
                List.of("high-rtt rtt", "low-mos mos"),
                2,
                100 * SECOND);
    }

    static CallEnd end(CallId id) {
        return new CallEnd(
                call(id),
                CallDirection.IN,
                EndCause.hangUp(EndCause.By.CALLER),
                OptionalLong.empty(),
                OptionalLong.empty(),
                110 * SECOND,
                List.of());
    }

    /// Of calls whose legs nobody measures.
    static CallBeans beans() {
        return new CallBeans(
                _ -> Optional.empty(),
                _ -> Optional.empty(),
                _ -> Optional.of("{}"),
                _ -> true,
                () -> 0,
                AuditLog.NONE);
    }

    private static ObjectName nameOf(CallId id) throws JMException {
        return new ObjectName("offhook:type=Call,id=" + id);
    }

    @Test
    @SuppressWarnings("JavaUtilDate") // The open types of JMX have no other date.
    public void aCallIsSeenWithItsLegsWhileItLives() throws JMException {
        CallId id = CallId.next();
        CallBeans beans =
                new CallBeans(
                        leg ->
                                leg.index() == 0
                                        ? Optional.of(LegQuality.unmeasured("PCMA"))
                                        : Optional.empty(),
                        leg -> leg.index() == 1 ? Optional.of(browser()) : Optional.empty(),
                        _ -> Optional.of("{}"),
                        _ -> true,
                        () -> 110 * SECOND,
                        AuditLog.NONE);
        long beganMillis = System.currentTimeMillis();
        beans.began(id, () -> call(id));

        assertThat(server.getAttribute(nameOf(id), "Caller")).isEqualTo("5551000");
        assertThat(server.getAttribute(nameOf(id), "CallerName")).isEqualTo("Ada");
        assertThat(server.getAttribute(nameOf(id), "CallerWithheld")).isEqualTo(false);
        assertThat(server.getAttribute(nameOf(id), "CallerVerified")).isEqualTo("passed");
        assertThat(server.getAttribute(nameOf(id), "DivertedFrom")).isEqualTo("300");
        assertThat(server.getAttribute(nameOf(id), "Called")).isEqualTo("200");
        assertThat(server.getAttribute(nameOf(id), "Trunk")).isEqualTo("pbx");
        assertThat(server.getAttribute(nameOf(id), "Agent")).isEqualTo("alice");
        assertThat(server.getAttribute(nameOf(id), "State")).isEqualTo("active");
        assertThat(server.getAttribute(nameOf(id), "Seconds")).isEqualTo(10L);
        Date since = (Date) server.getAttribute(nameOf(id), "Since");
        assertThat(since.getTime() + 7_000)
                .isBetween(beganMillis - 5_000, System.currentTimeMillis() + 5_000);
        CompositeData[] legs = (CompositeData[]) server.getAttribute(nameOf(id), "Legs");
        assertThat(legs).hasSize(1);
        assertThat(legs[0].get("kind")).isEqualTo("trunk");
        assertThat(legs[0].get("codecOut")).isEqualTo("PCMA");
        assertThat((Double) legs[0].get("inMos")).isNaN();
        assertThat((Double) legs[0].get("roundTripMillis")).isNaN();
        assertThat(legs[0].get("audio")).isEqualTo("WAITING");
        CompositeData[] browsers = (CompositeData[]) server.getAttribute(nameOf(id), "Browsers");
        assertThat(browsers).hasSize(1);
        assertThat(browsers[0].get("leg")).isEqualTo(1);
        assertThat(browsers[0].get("rttMillis")).isEqualTo(41.0);
        assertThat((Double) browsers[0].get("mos")).isNaN();
        assertThat(browsers[0].get("warnings")).isEqualTo("high-rtt rtt, low-mos mos");
        assertThat(server.getAttributes(nameOf(id), new String[] {"Id", "Legs", "None"}))
                .hasSize(2);
        assertThatThrownBy(() -> server.getAttribute(nameOf(id), "None"))
                .isInstanceOf(JMException.class);

        beans.ended(id, end(id));
        assertThat(server.isRegistered(nameOf(id))).isFalse();
    }

    @Test
    public void everyFigureSaysWhatItIs() throws JMException {
        CallId id = CallId.next();
        CallBeans beans = beans();
        beans.began(id, () -> call(id));
        MBeanAttributeInfo[] attributes = server.getMBeanInfo(nameOf(id)).getAttributes();
        beans.ended(id, end(id));

        assertThat(attributes).hasSize(17).allMatch(a -> a.getDescription().length() > 5);
        assertThat(LegFigure.LEG.keySet()).hasSize(LegFigure.ALL.size());
        assertThat(LegFigure.LEG.keySet())
                .allMatch(key -> LegFigure.LEG.getDescription(key).length() > 8);
    }

    @Test
    public void theDocumentationHasEveryFigure() throws IOException {
        String page = Files.readString(Path.of("docs", "quality.md"));

        assertThat(LegFigure.ALL)
                .allSatisfy(figure -> assertThat(page).contains("| `" + figure.name() + "` |"));
        assertThat(BrowserFigure.ALL)
                .allSatisfy(figure -> assertThat(page).contains("| `" + figure.name() + "` |"));
    }

    @Test
    public void nothingIsLeftOfManyCalls() throws JMException {
        CallBeans beans = beans();
        ObjectName all = new ObjectName("offhook:type=Call,*");
        Set<ObjectName> before = server.queryNames(all, null);
        for (int i = 0; i < 2_000; i++) {
            CallId id = CallId.next();
            beans.began(id, () -> call(id));
            assertThat(server.isRegistered(nameOf(id))).isTrue();
            beans.ended(id, end(id));
        }

        assertThat(server.queryNames(all, null)).isEqualTo(before);
    }

    /// Each attempt is in the audit log as what came of it.
    @Test
    public void onlyHangUpAsItIsEndsACall() throws JMException {
        CallId id = CallId.next();
        List<String> entries = new ArrayList<>();
        Deque<Boolean> lives = new ArrayDeque<>(List.of(true, false));
        CallBeans beans =
                new CallBeans(
                        _ -> Optional.empty(),
                        _ -> Optional.empty(),
                        _ -> Optional.of("{}"),
                        _ -> lives.remove(),
                        () -> 0,
                        (_, _, subject, outcome) ->
                                entries.add(subject.replace(id.value(), "ID") + " " + outcome));
        beans.began(id, () -> call(id));
        ObjectName name = nameOf(id);

        try {
            for (String operation : List.of("hangUp", "close")) {
                assertThatThrownBy(() ->
                                server.invoke(
                                        name,
                                        operation,
                                        new Object[] {"now"},
                                        new String[] {String.class.getName()}))
                        .isInstanceOf(ReflectionException.class)
                        .hasMessage("a call takes hangUp() without arguments, only");
            }
            assertThat(server.invoke(name, "hangUp", null, null)).isEqualTo(true);
            assertThat(server.invoke(name, "hangUp", new Object[0], new String[0]))
                    .isEqualTo(false);
        } finally {
            beans.ended(id, end(id));
        }

        assertThat(entries)
                .containsExactly(
                        "type=Call,id=ID hangUp(now) failed: a call takes hangUp() without arguments,"
                                + " only",
                        "type=Call,id=ID close(now) failed: a call takes hangUp() without arguments,"
                                + " only",
                        "type=Call,id=ID hangUp() ok",
                        "type=Call,id=ID hangUp() failed: it is over already");
    }

    @Test
    public void aBeanThatIsThereAlreadyHarmsNoCall() throws JMException {
        CallId id = CallId.next();
        CallBeans beans = beans();
        beans.began(id, () -> call(id));
        beans.began(id, () -> call(id));
        beans.ended(id, end(id));
        beans.ended(id, end(id));

        assertThat(server.isRegistered(nameOf(id))).isFalse();
    }
}
