package offhook;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// The rooms and what each may import.
public class ArchitectureTest {

    private JavaClasses classes;

    @BeforeClass
    public void importClasses() {
        classes = new ClassFileImporter().importPath("target/classes");
    }

    @DataProvider
    public static Object[][] rooms() {
        return new Object[][] {
            {"runtime", List.of()},
            {"telemetry", List.of()},
            {"fault", List.of()},
            {"files", List.of()},
            {"config", List.of("fault")},
            {"tls", List.of("fault")},
            {"http", List.of("runtime")},
            {"guard", List.of("runtime")},
            {"dns", List.of("runtime")},
            {"number", List.of("call", "config")},
            {"sdp", List.of("codec", "fault")},
            {"call", List.of("sdp", "codec", "fault", "runtime", "telemetry")},
            {"agent", List.of("call", "config", "runtime", "telemetry")},
            {"net", List.of("runtime", "telemetry")},
            {"rtp", List.of("net", "telemetry", "codec")},
            {"srtp", List.of("rtp", "net")},
            {"ice", List.of("net", "fault")},
            {"dtls", List.of("srtp", "net", "runtime")},
            {
                "media",
                List.of(
                        "call",
                        "sdp",
                        "fault",
                        "rtp",
                        "srtp",
                        "ice",
                        "dtls",
                        "net",
                        "codec",
                        "config",
                        "runtime",
                        "telemetry",
                        "trace")
            },
            {
                "sip",
                List.of(
                        "call",
                        "sdp",
                        "fault",
                        "config",
                        "dns",
                        "tls",
                        "runtime",
                        "telemetry",
                        "trace")
            },
            {
                "web",
                List.of(
                        "call",
                        "agent",
                        "sdp",
                        "fault",
                        "config",
                        "files",
                        "tls",
                        "http",
                        "guard",
                        "runtime",
                        "telemetry",
                        "trace")
            },
            {
                "ops",
                List.of(
                        "call",
                        "agent",
                        "media",
                        "sip",
                        "config",
                        "fault",
                        "tls",
                        "http",
                        "guard",
                        "runtime",
                        "telemetry")
            },
            {
                "console",
                List.of(
                        "ops",
                        "cdr",
                        "call",
                        "agent",
                        "media",
                        "sip",
                        "config",
                        "fault",
                        "http",
                        "guard",
                        "runtime",
                        "telemetry")
            },
            {
                "sipws",
                List.of(
                        "sip",
                        "web",
                        "call",
                        "agent",
                        "sdp",
                        "fault",
                        "config",
                        "runtime",
                        "telemetry",
                        "trace")
            },
            {"trace", List.of("call", "runtime", "telemetry")},
            {
                "blackbox",
                List.of("trace", "call", "config", "fault", "files", "runtime", "telemetry")
            },
            {"hep", List.of("trace", "rtp", "config", "runtime", "telemetry")},
            {"cdr", List.of("call", "config", "fault", "files", "runtime")},
            {"doctor", List.of("call", "config", "runtime")},
            {"audit", List.of("config", "fault", "files", "runtime", "telemetry")},
            {
                "selftest",
                List.of("config", "dns", "fault", "tls", "sip", "srtp", "codec", "cdr", "runtime")
            },
        };
    }

    @Test(dataProvider = "rooms")
    public void roomImportsOnlyWhatItMay(String room, List<String> mayImport) {
        String[] allowed =
                Stream.concat(Stream.of(room), mayImport.stream())
                        .map(name -> "offhook." + name + "..")
                        .toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage("offhook." + room + "..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("offhook..").and(not(resideInAnyPackage(allowed))))
                .check(classes);
    }

    @DataProvider
    public static Object[][] soleImporters() {
        return new Object[][] {
            {List.of("sip"), new String[] {"javax.sip..", "gov.nist.."}},
            {List.of("web", "console", "http"), new String[] {"org.eclipse.jetty.."}},
            {List.of("web"), new String[] {"com.nimbusds..", "org.eclipse.jetty.websocket.."}},
            {List.of("guard"), new String[] {"at.favre.."}},
            {List.of("ops"), new String[] {"io.micrometer..", "io.prometheus.."}},
            {List.of("srtp"), new String[] {"org.jitsi.."}},
            {List.of("dtls"), new String[] {"org.bouncycastle.."}},
            {List.of("config"), new String[] {"org.snakeyaml.."}},
            {List.of("cli"), new String[] {"picocli.."}},
            {List.of("dns"), new String[] {"org.xbill.."}},
            {List.of("cdr"), new String[] {"java.sql..", "com.zaxxer..", "org.flywaydb.."}},
            {List.of("number"), new String[] {"com.google.i18n.."}},
        };
    }

    @Test(dataProvider = "soleImporters")
    public void libraryIsSeenInItsRoomsOnly(List<String> rooms, String[] library) {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        rooms.stream().map(room -> "offhook." + room + "..").toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(library)
                .check(classes);
    }

    @Test
    public void roomsHaveNoCycles() {
        slices().matching("offhook.(*)..").should().beFreeOfCycles().check(classes);
    }

    @Test
    public void clockIsReadInRuntimeOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("offhook.runtime..")
                .should()
                .callMethod(System.class, "nanoTime")
                .check(classes);
    }

    @Test
    public void pureRoomsDoNotLog() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "offhook.sdp..",
                        "offhook.net..",
                        "offhook.rtp..",
                        "offhook.srtp..",
                        "offhook.ice..",
                        "offhook.fault..",
                        "offhook.config..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.logging..")
                .check(classes);
    }

    @Test
    public void threadsAreMadeInRuntimeOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages("offhook.runtime..")
                .should()
                .callMethod(Thread.class, "ofVirtual")
                .orShould()
                .callMethod(Thread.class, "ofPlatform")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Executors.class)
                .check(classes);
    }
}
