package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import offhook.e2e.process.Await;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.process.Program;
import offhook.e2e.process.Tool;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// The address that everybody knows the gateway by is taken from its machine, and given back. The
/// machine is a network namespace, which goes with the gateway.
@Test(groups = {"e2e", "ops"})
public class AddressIT {
    private static final Duration LIMIT = CallStand.LIMIT;

    /// RFC 5737: nobody has it.
    private static final String GATEWAY = "192.0.2.1";

    private static final String PBX = "192.0.2.9";

    private static final String CONFIG =
            """
            node: {name: test}
            sip: {listen: ["udp://GATEWAY:5060", "tcp://GATEWAY:5060"]}
            trunks:
              - {name: pbx, addresses: [PBX/32], codecs: [PCMA]}
            web: {listen: "https://GATEWAY:8443", allowed-origins: ["https://GATEWAY:8443"],
              tls: {certificate: gateway.pem, key: gateway-key.pem}}
            media: {listen: "udp://GATEWAY:7882"}
            ops: {listen: "http://127.0.0.1:8081"}
            """
                    .replace("GATEWAY", GATEWAY)
                    .replace("PBX", PBX);

    private Path folder;
    private GatewayProcess gateway;

    @BeforeClass
    public void start() throws IOException {
        if (!System.getProperty("user.name").equals("root")) {
            throw new SkipException("only root may have a network namespace");
        }
        folder = Files.createDirectories(CallStand.workOf(AddressIT.class));
        SelfSigned.write(folder, "gateway", "IP:" + GATEWAY);
        Path config = Files.writeString(folder.resolve("gateway.yaml"), CONFIG);
        Files.write(
                folder.resolve("options.xml"),
                AddressIT.class.getResourceAsStream("/sipp/options.xml").readAllBytes());
        gateway =
                GatewayProcess.startBy(
                        List.of(
                                "unshare",
                                "--net",
                                "sh",
                                "-ec",
                                "ip link set lo up; ip addr add %s/32 dev lo;".formatted(GATEWAY)
                                        + " ip addr add %s/32 dev lo; exec \"$0\" \"$@\""
                                                .formatted(PBX)),
                        config,
                        folder.resolve("gateway.log"),
                        Duration.ofSeconds(90));
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    private Program within(String... command) {
        List<String> all =
                new ArrayList<>(
                        List.of("nsenter", "--target", Long.toString(gateway.pid()), "--net"));
        all.addAll(List.of(command));
        return Program.execute(folder, LIMIT, all);
    }

    private void isAnswered(String transport) {
        Program asked =
                within(
                        Tool.SIPP.path().toString(),
                        GATEWAY + ":5060",
                        "-sf",
                        folder.resolve("options.xml").toString(),
                        "-i",
                        PBX,
                        "-t",
                        transport,
                        "-m",
                        "1",
                        "-nostdin");
        assertThat(asked.exitCode()).as(asked.out() + asked.err()).isZero();
    }

    private void awaitLog(String words) throws IOException {
        Path log = folder.resolve("gateway.log");
        Await.until(
                words,
                LIMIT,
                () -> {
                    try {
                        return Files.readString(log).contains(words);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    @Test
    public void addressThatLeavesIsToldOfAndSipIsAnsweredAtOnceWhenItIsBack() throws IOException {
        isAnswered("u1");
        assertThat(within("ip", "addr", "del", GATEWAY + "/32", "dev", "lo").exitCode()).isZero();

        for (String listener :
                List.of(
                        "udp://192.0.2.1:5060",
                        "tcp://192.0.2.1:5060",
                        "https://192.0.2.1:8443",
                        "udp://192.0.2.1:7882",
                        "trunk media 192.0.2.1")) {
            awaitLog(
                    "alarm raised listener %s: hears nothing, as this machine has the address no more"
                            .formatted(listener));
        }
        assertThat(Files.readString(folder.resolve("gateway.log")))
                .doesNotContain("alarm raised listener http://127.0.0.1:8081");

        assertThat(within("ip", "addr", "add", GATEWAY + "/32", "dev", "lo").exitCode()).isZero();

        isAnswered("u1");
        isAnswered("t1");
    }
}
