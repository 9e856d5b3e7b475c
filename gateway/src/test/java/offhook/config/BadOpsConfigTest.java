package offhook.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What is wrong under `ops` is told with its line and column.
public class BadOpsConfigTest extends ConfigTexts {

    @DataProvider
    Object[][] badFiles() { // text, problems without "gateway.yaml:"
        return new Object[][] {
            bad(
                    "ops: {records: {url: \"postgresql://h/d?sslmode=require&sslpassword=x\"}}",
                    "1:22: ops.records.url: a URL is shown to operators: write 'password' beside"
                            + " it, and not in it"),
            bad(
                    "ops: {port: 1}",
                    "1:7: ops.port: unknown key; known here: listen, token, records, doctor,"
                            + " audit, users, black-box, hep, jmx, probe"),
            bad(
                    "ops: {doctor: {keep-calls: many}}",
                    "1:28: ops.doctor.keep-calls: 'many' is not a whole number within 0-100000"),
            bad(
                    "ops: {records: {url: 'mysql://db/x'}}",
                    "1:22: ops.records.url: 'mysql://db/x' is no database that is served; write"
                            + " postgresql://HOST[:PORT]/DATABASE and its 'user' and 'password'"
                            + " beside it, or leave 'url' out for an SQLite file in 'folder'"),
            bad(
                    "ops: {records: {keep-days: 0}}",
                    "1:28: ops.records.keep-days: '0' is not a whole number within 1-36500"),
            bad(
                    "ops: {hep: {to: 'tcp://homer:9060'}}",
                    "1:17: ops.hep.to: 'tcp://homer:9060' is no collector that is served; write"
                            + " udp://HOST:PORT, such as udp://homer.example.com:9060"),
            bad(
                    "ops: {black-box: {keep: some, mos-below: 9}}",
                    "1:25: ops.black-box.keep: 'some' is none of on-request, failed, all",
                    "1:42: ops.black-box.mos-below: '9' is no mean opinion score; write 1 to 4.5,"
                            + " such as 3.2"),
            bad(
                    "{sip: {listen: ['tcp://0.0.0.0:5060']}, ops: {probe: {every-seconds: 60}}}",
                    "1:54: ops.probe: calls a udp:// listener, and sip.listen has none; add one,"
                            + " such as udp://127.0.0.1:5060, or take 'probe' out"),
            bad(
                    "ops: {probe: {every-seconds: 1}}",
                    "1:30: ops.probe.every-seconds: '1' is not a whole number within 10-86400"),
            bad(
                    "ops: {users: [{name: 'a b', password-hash: secret, role: admin}, {name: c}]}",
                    "1:22: ops.users[0].name: 'a b' is no name of letters A-Z or a-z, digits,"
                            + " '.', '_', '@' and '-'",
                    "1:44: ops.users[0].password-hash: is no bcrypt hash, $2b$cost$...: htpasswd -nbBC 10 \"\" PASSWORD makes one, without the ':' before it",
                    "1:58: ops.users[0].role: 'admin' is neither read nor operate",
                    "1:66: ops.users[1]: 'password-hash' is missing"),
            bad(
                    "ops: {jmx: {listen: '0.0.0.0:9010'}}",
                    "1:12: ops.jmx: 'tls' with 'certificate' and 'key' is missing: passwords would"
                            + " travel in the clear; a certificate for it is made by: openssl req"
                            + " -x509 -newkey rsa:2048 -nodes -days 825 -keyout jmx-key.pem -out"
                            + " jmx.pem -subj /CN=gateway",
                    "1:12: ops.jmx: 'users' is missing: nobody could sign in",
                    "1:21: ops.jmx.listen: clients would be told to connect to '0.0.0.0:9010':"
                            + " write the one address of this machine that they reach, or"
                            + " 127.0.0.1 and an SSH tunnel"),
        };
    }

    @Test(dataProvider = "badFiles")
    public void badFileIsRefusedWithAllItsProblems(String text, String[] problems) {
        assertThatThrownBy(() -> load(text))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e ->
                                assertThat(e.problems())
                                        .containsExactly(
                                                Arrays.stream(problems)
                                                        .map(p -> "gateway.yaml:" + p)
                                                        .toArray(String[]::new)));
    }
}
