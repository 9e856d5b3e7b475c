package offhook.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Configuration files with something wrong in them are refused with every problem, each with its
/// line and column.
public class BadConfigTest extends ConfigTexts {

    @Test
    public void missingFileIsNamed() {
        assertThatThrownBy(() -> ConfigLoader.load(Path.of("/nonexistent/gateway.yaml")))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("/nonexistent/gateway.yaml: there is no such file")
                .hasMessageContaining("name the configuration with --config FILE");
        assertThatThrownBy(() -> ConfigLoader.load(Path.of("none.yaml")))
                .hasMessageContaining("looked for at " + Path.of("none.yaml").toAbsolutePath());
        assertThatThrownBy(() -> ConfigLoader.load(Path.of("/")))
                .hasMessageStartingWith("/: is a folder");
    }

    private static final String EMPTY =
            "1:1: holds no settings; was it saved on a full disk? Write {} for the defaults alone";

    @DataProvider
    Object[][] badFiles() { // text, problems without "gateway.yaml:"
        return new Object[][] {
            bad(
                    "a: [",
                    "1:5: is not YAML: the file ends within a bracket that opens here or before"),
            bad("", EMPTY),
            bad("# nothing but words\n", EMPTY),
            bad("---\n", EMPTY),
            bad(
                    "trunks:\n\t- name: a",
                    "2:1: is not YAML: a tab stands here: indent with spaces only"),
            bad(
                    "node:\n  name: a\n    advertise: 192.0.2.1",
                    "3:14: is not YAML: a ':' where no key can stand: is this line, or the one before, indented as its neighbours are, and does a space follow each ':'? A text with ': ' in it needs quotes"),
            bad(
                    "node:\n  - name: a\n  advertise: 192.0.2.1",
                    "3:3: is not YAML: does not belong to what begins in line 2: indent it as the lines are that it belongs to; in a list each item begins with '- '"),
            bad("node: {name: 'a}\n", "1:14: is not YAML: the quotation mark here is not closed"),
            bad(
                    "node: {name: *a}\n",
                    "1:14: is not YAML: '*' before 'a' has a meaning of its own in YAML: put the text into quotes"),
            bad(
                    "node: {name: @a}\n",
                    "1:14: is not YAML: a text that begins with '@' needs quotes"),
            bad(
                    "trunks: [{name: a, addresses: 192.0.2.1, codecs: [alaw, G729]}]",
                    "1:31: trunks[0].addresses: must be a list: ['192.0.2.1']",
                    "1:51: trunks[0].codecs[0]: 'alaw' is none of PCMA, PCMU, G722, opus; did you mean 'PCMA'?",
                    "1:57: trunks[0].codecs[1]: 'G729' is none of PCMA, PCMU, G722, opus"),
            bad(
                    "limits: {ring-seconds: 30s, ring: 30}",
                    "1:24: limits.ring-seconds: '30s' is not a whole number within 1-180, without a unit",
                    "1:29: limits.ring: unknown key; did you mean 'ring-seconds'?"),
            bad(
                    "agents: {users: [{name: a, password: geheim}]}",
                    "1:18: agents.users[0]: 'password-hash' is missing: htpasswd -nbBC 10 \"\" PASSWORD makes one, without the ':' before it",
                    "1:28: agents.users[0].password: unknown key; did you mean 'password-hash'?"),
            bad("[]", "1:1: must be settings of its own, each 'key: value'"),
            bad("sip: 5060", "1:6: sip: must be settings of its own, each 'key: value'"),
            bad("trunks: {name: pbx}", "1:9: trunks: must be a list, each item after '- '"),
            bad("trunks: [pbx]", "1:10: trunks[0]: must be settings of its own, each 'key: value'"),
            bad("node: {name: [a]}", "1:14: node.name: must be a single value"),
            bad("node: {name: }", "1:13: node.name: is empty"),
            bad(
                    "node: {name: 'a b'}",
                    "1:14: node.name: 'a b' is no name: 1-64 letters A-Z or a-z, digits, '.', '_',"
                            + " '-' or '@', the first a letter or digit"),
            bad(
                    "node: {name: 'größe'}",
                    "1:14: node.name: 'größe' is no name: 1-64 letters A-Z or a-z, digits, '.',"
                            + " '_', '-' or '@', the first a letter or digit"),
            bad(
                    "node: {advertise: gw.example.com}",
                    "1:19: node.advertise: 'gw.example.com' is no address that others can send"
                            + " to"),
            bad(
                    "trunks: [{name: t, addresses: [192.0.2.1], advertise: '0.0.0.0'}]",
                    "1:55: trunks[0].advertise: '0.0.0.0' is no address that others can send to"),
            bad(
                    "trunks: [{name: t, addresses: [192.0.2.1], advertise-media: gw.example.com}]",
                    "1:61: trunks[0].advertise-media: 'gw.example.com' is no address that others"
                            + " can send to"),
            bad(
                    "trunks: [{name: t, uri: 'sip:[2001:db8::1]:5060', advertise: 203.0.113.1}]",
                    "1:62: trunks[0].advertise: is not of the family of the address in 'uri', so"
                            + " the trunk cannot send to it"),
            bad(
                    "sip: {lisen: 'udp://0.0.0.0:5060'}",
                    "1:7: sip.lisen: unknown key; did you mean 'listen'?"),
            bad("node:\n  name: a\n  name: b", "3:3: node.name: duplicate key, first in line 2"),
            bad("{[a]: b}", "1:2: a key must be a word"),
            bad(
                    "sip: {listen: ['udp://pbx:5060', 'udp://0.0.0.0:65536', 'sctp://0.0.0.0:1']}",
                    "1:16: sip.listen[0]: 'udp://pbx:5060' is not of the form"
                            + " scheme://address:port",
                    "1:34: sip.listen[1]: 'udp://0.0.0.0:65536' is not of the form"
                            + " scheme://address:port",
                    "1:57: sip.listen[2]: 'sctp' is none of udp, tcp, tls"),
            bad(
                    "sip: {listen: 'tls://0.0.0.0:5061'}",
                    "1:15: sip.listen: a tls:// address needs 'sip.tls'"),
            bad(
                    "sip: {tls: {certificate: none.pem, ca: no.pem}}",
                    "1:12: sip.tls: 'key' is missing",
                    "1:26: sip.tls.certificate: there is no file "
                            + Path.of("none.pem").toAbsolutePath()
                            + ", or its folder is closed to this user",
                    "1:40: sip.tls.ca: there is no file "
                            + Path.of("no.pem").toAbsolutePath()
                            + ", or its folder is closed to this user"),
            bad(
                    "trunks:\n"
                            + "  - {name: a, uri: 'sip:a', tls: {client-names: [a.b, '*.c', 'd e']}}\n"
                            + "  - {name: b, tls: {client-names: ['sip:a.b']}}\n"
                            + "  - {name: c, tls: {client-names: [a.b]}}\n",
                    "1:1: sip: trunk 'a' uses TLS: 'listen' needs a tls:// address too",
                    "1:1: sip: trunk 'b' uses TLS: 'listen' needs a tls:// address too",
                    "1:1: sip: trunk 'c' uses TLS: 'listen' needs a tls:// address too",
                    "2:3: trunks: trunk 'a' has 'tls.client-names': 'uri' must lead over TLS too",
                    "2:3: trunks: trunk 'a' has 'tls.client-names': 'tls.ca' or 'sip.tls.ca' is"
                            + " needed",
                    "2:3: trunks: trunk 'b' has 'tls.client-names': 'tls.ca' or 'sip.tls.ca' is"
                            + " needed",
                    "2:3: trunks: trunk 'b' and trunk 'a' are both 'a.b' in 'tls.client-names',"
                            + " and no addresses tell which",
                    "2:3: trunks: trunk 'c' has 'tls.client-names': 'tls.ca' or 'sip.tls.ca' is"
                            + " needed",
                    "2:3: trunks: trunk 'c' and trunk 'a' are both 'a.b' in 'tls.client-names',"
                            + " and no addresses tell which",
                    "2:55: trunks[0].tls.client-names[1]: no wildcard is ever matched (RFC 5922);"
                            + " write the names themselves",
                    "2:62: trunks[0].tls.client-names[2]: 'd e' is no host name, no address and no"
                            + " sip:domain"),
            bad(
                    "sip: {rtp-ports: 20000-10000}",
                    "1:18: sip.rtp-ports: '20000-10000' is not a range of ports within 1-65535"),
            bad(
                    "sip: {rtp-ports: 10000}",
                    "1:18: sip.rtp-ports: '10000' is not a range of ports, first-last"),
            bad(
                    "sip: {listen: 'udp://0.0.0.0:10500'}",
                    "1:15: sip.listen: overlaps UDP ports 10000-19999 of sip.rtp-ports"),
            bad(
                    "web: {listen: 'http://127.0.0.1:8081'}",
                    "1:15: web.listen: overlaps TCP port 8081 of ops.listen"),
            bad(
                    "sip: {listen: ['tcp://127.0.0.1:8080', 'udp://127.0.0.1:8080']}\n"
                            + "web: {listen: 'http://0.0.0.0:8080'}",
                    "2:15: web.listen: overlaps TCP port 8080 of sip.listen[0]"),
            bad(
                    "media: {listen: 'udp://127.0.0.1:19999'}",
                    "1:17: media.listen: overlaps UDP ports 10000-19999 of sip.rtp-ports"),
            bad("trunks: [{addresses: [192.0.2.1]}]", "1:10: trunks[0]: 'name' is missing"),
            bad(
                    "trunks: [{name: pbx}]",
                    "1:10: trunks[0]: 'uri' or 'addresses' is needed, or no call could pass"),
            bad(
                    "trunks:\n"
                            + "  - name: pbx\n"
                            + "    addresses: [192.0.2.1/24, pbx.example.com]\n"
                            + "    dtmf: rfc2833\n"
                            + "    codecs: [PCMA, PCMA, G729]\n"
                            + "    register: yes\n"
                            + "    uri: pbx.example.com\n"
                            + "    auth: {username: gw}\n",
                    "3:17: trunks[0].addresses[0]: '192.0.2.1/24' has bits beyond its prefix;"
                            + " the block is 192.0.2.0/24",
                    "3:31: trunks[0].addresses[1]: 'pbx.example.com' is no IP address, nor a block of them such as 192.0.2.0/24",
                    "4:11: trunks[0].dtmf: 'rfc2833' is none of rfc4733, info, inband, auto; did you mean 'rfc4733'?",
                    "5:20: trunks[0].codecs[1]: 'PCMA' is there twice",
                    "5:26: trunks[0].codecs[2]: 'G729' is none of PCMA, PCMU, G722, opus",
                    "6:15: trunks[0].register: 'yes' is none of true, false",
                    "7:10: trunks[0].uri: 'pbx.example.com' is no SIP URI, such as sip:pbx.example.com:5060;transport=udp",
                    "8:11: trunks[0].auth: 'password' is missing"),
            bad(
                    "trunks:\n"
                            + "  - {name: a, addresses: [192.0.2.1], prefer: best}\n"
                            + "  - {name: b, addresses: [192.0.2.2], codecs: [PCMA], prefer: auto}\n"
                            + "routes:\n"
                            + "  - {trunk: a, number: '1', to: 'agent:alice', prefer: quality}\n"
                            + "  - {trunk: b, number: '1', to: 'agent:alice', prefer: capacity}\n"
                            + "  - {trunk: a, number: '2', to: 'agent:alice', prefer: capacity}\n"
                            + "media: {browser-codecs: [PCMU]}\n"
                            + ALICE,
                    "2:47: trunks[0].prefer: 'best' is none of quality, capacity, auto",
                    "3:63: trunks[1].prefer: 'auto' needs opus, which media.browser-codecs leaves"
                            + " out",
                    "3:63: trunks[1].prefer: 'auto' needs one of [PCMA], what trunk 'b' speaks,"
                            + " in media.browser-codecs",
                    "5:56: routes[0].prefer: 'quality' needs opus, which media.browser-codecs"
                            + " leaves out",
                    "6:56: routes[1].prefer: 'capacity' needs one of [PCMA], what trunk 'b'"
                            + " speaks, in media.browser-codecs"),
            bad(
                    "trunks:\n"
                            + "  - {name: a, addresses: [192.0.2.1], codecs: []}\n"
                            + "  - {name: a, addresses: [192.0.2.1]}\n"
                            + "  - {name: b, addresses: [198.51.100.0/24, 192.0.2.0/24]}\n",
                    "2:47: trunks[0].codecs: must not be empty",
                    "3:12: trunks[1].name: 'a' is also in line 2",
                    "4:44: trunks[2].addresses[1]: overlaps 192.0.2.1/32 of trunk 'a': a call from there could be of either. Make one trunk of both, or tell them apart by tls.client-names or 'challenge' in place of 'addresses'"),
            bad(
                    "trunks:\n"
                            + "  - {name: a, uri: 'sips:a', register: true, srtp: optional}\n"
                            + "  - {name: b, uri: 'sip:b;transport=tls'}\n"
                            + "  - {name: c, uri: 'sip:c:99999'}\n",
                    "1:1: sip: trunk 'a' uses TLS: 'listen' needs a tls:// address too",
                    "1:1: sip: trunk 'b' uses TLS: 'listen' needs a tls:// address too",
                    "2:40: trunks[0].register: to register, 'auth' or 'contact-user' is needed",
                    "4:20: trunks[2].uri: 'sip:c:99999' is no SIP URI, such as sip:pbx.example.com:5060;transport=udp"),
            bad(
                    TRUNK
                            + ALICE
                            + "routes:\n"
                            + "  - {trunk: pbx, number: '1', to: 'agent:alicia'}\n"
                            + "  - {trunk: pxb, number: '2', to: 'agent:alice'}\n"
                            + "  - {trunk: pbx, number: '1', to: 'alice'}\n"
                            + "  - {trunk: pbx, number: 'a b', to: 'agent:alice', ring-seconds: 31}\n"
                            + "  - {trunk: pbx, from: web, to: 'agent:alice'}\n"
                            + "  - {from: web, number: '+*', to: 'trunk:other'}\n"
                            + "  - {trunk: pbx, number: '*', to: 'queue:sales'}\n",
                    "4:35: routes[0].to: no agent is named 'alicia'; did you mean 'alice'?",
                    "5:13: routes[1].trunk: no trunk is named 'pxb'",
                    "6:26: routes[2].number: '1' is routed in line 4 already",
                    "6:35: routes[2].to: 'alice' is not agent:NAME, queue:NAME or"
                            + " trunk:NAME[:NUMBER]",
                    "7:26: routes[3].number: 'a b' is no number or start of one with '*'",
                    "7:66: routes[3].ring-seconds: '31' is more than limits.ring-seconds, 30",
                    "8:5: routes[4]: one of 'trunk' and 'from' is needed",
                    "8:5: routes[4]: 'number' is missing",
                    "9:35: routes[5].to: no trunk is named 'other'",
                    "10:35: routes[6].to: no queue is named 'sales'"),
            bad(
                    TRUNK
                            + ALICE
                            + "routes:\n"
                            + "  - {from: web, number: '1', to: 'trunk:pbx'}\n"
                            + "  - {from: web, number: '2', to: 'agent:alice', strip: 1}\n"
                            + "  - {from: web, number: '3*', to: 'agent:alice', prefix: 'sip:x'}\n"
                            + "  - {from: web, number: '+4*', to: [], strip: 3}\n"
                            + "  - {from: web, number: '5', to: ['agent:alice', 'agent:alice']}\n",
                    "4:34: routes[0].to: trunk 'pbx' has no 'uri', so no call can go out to it",
                    "5:5: routes[1]: 'strip' and 'prefix' are for numbers that a trunk is asked"
                            + " for",
                    "6:58: routes[2].prefix: 'sip:x' is not digits, with '+' before or not",
                    "7:5: routes[3]: 'strip' and 'prefix' are for numbers that a trunk is asked"
                            + " for",
                    "7:36: routes[3].to: must not be empty",
                    "7:47: routes[3].strip: strips more than the number surely has",
                    "8:50: routes[4].to[1]: 'agent:alice' is there twice"),
            bad(
                    "trunks: [{name: pbx, addresses: [192.0.2.1], uri: 'sip:192.0.2.1'}]\n"
                            + ALICE
                            + "routes:\n"
                            + "  - {trunk: pbx, number: '1', to: 'agent:alice', fallback: refuse}\n"
                            + "  - {trunk: pbx, number: '2', to: 'agent:alice', fallback: 'trunk:pbx'}\n"
                            + "  - {trunk: pbx, number: '3', to: 'agent:alice',"
                            + " fallback: ['trunk:pbx:0', 'agent:bob']}\n"
                            + "  - {trunk: pbx, number: '4', to: 'agent:alice', fallback: drop}\n",
                    "5:60: routes[1].fallback: a fallback on a trunk names the number to dial, as"
                            + " trunk:NAME:NUMBER",
                    "6:76: routes[2].fallback[1]: no agent is named 'bob'",
                    "7:60: routes[3].fallback: 'drop' is not agent:NAME, queue:NAME or"
                            + " trunk:NAME[:NUMBER]"),
            bad(
                    "media: {advertise: ['2001:db8::1', 0.0.0.0, 10.0.0.1, 10.0.0.1]}",
                    "1:21: media.advertise[0]: '2001:db8::1' needs an IPv6 address in"
                            + " media.listen, as udp://[::]:7882",
                    "1:36: media.advertise[1]: '0.0.0.0' is no address that others can send to",
                    "1:55: media.advertise[3]: '10.0.0.1' is there twice"),
            bad(
                    ALICE + "queues: [{name: sales, agents: [alice, bob], strategy: random}]",
                    "2:40: queues[0].agents[1]: no agent is named 'bob'",
                    "2:56: queues[0].strategy: 'random' is none of longest-idle, linear,"
                            + " ring-all"),
            bad(
                    ALICE
                            + "queues:\n"
                            + "  - {name: a, agents: [alice], overflow: 'queue:b'}\n"
                            + "  - {name: b, agents: [alice], overflow: 'queue:a'}\n"
                            + "  - {name: c, agents: [alice], overflow: 'queue:d'}\n"
                            + "  - {name: e, agents: [alice], waiting: long, max-wait-seconds: 0}\n",
                    "3:42: queues[0].overflow: leads back to the queue itself",
                    "4:42: queues[1].overflow: leads back to the queue itself",
                    "5:42: queues[2].overflow: no queue is named 'd'",
                    "6:41: queues[3].waiting: 'long' is none of answered, early",
                    "6:65: queues[3].max-wait-seconds: '0' is not a whole number within 1-7200"),
            bad(
                    "agents:\n"
                            + "  users: [{name: a, password-hash: secret, sip-password: short}]\n"
                            + "  token-lifetime: 8 h\n"
                            + "  token-secret: short\n"
                            + "  grace-seconds: -1\n"
                            + "  tokens: {jwks: 'http://login.example/k', issuer: '', claims:"
                            + " {dail: x}}\n",
                    "2:36: agents.users[0].password-hash: is no bcrypt hash, $2b$cost$...: htpasswd -nbBC 10 \"\" PASSWORD makes one, without the ':' before it",
                    "2:58: agents.users[0].sip-password: has fewer than 12 characters",
                    "3:19: agents.token-lifetime: '8 h' is not a time within 60s-720h, as 90s,"
                            + " 30m or 8h",
                    "4:17: agents.token-secret: has fewer than 32 characters",
                    "5:18: agents.grace-seconds: '-1' is not a whole number within 0-3600",
                    "6:11: agents.tokens: 'audience' is missing",
                    "6:18: agents.tokens.jwks: keys that come by http could be anybody's; use"
                            + " https",
                    "6:52: agents.tokens.issuer: is blank",
                    "6:65: agents.tokens.claims.dail: unknown key; did you mean 'dial'?"),
            bad(
                    "web:\n"
                            + "  allowed-origins: ['https://a.example']\n"
                            + "  turn: {urls: 'stun:a', secret: s, ttl-seconds: 5}\n"
                            + "  guests:\n"
                            + "    - {name: s, origins: ['http://a/'], to: 'agent:x', key: k}\n"
                            + "    - {name: s, to: 'trunk:p', fields: [Name], caller-id: x}\n",
                    "3:16: web.turn.urls: 'stun:a' is no TURN URL, turn:host:3478?transport=udp or"
                            + " turns:host:5349?transport=tcp",
                    "3:50: web.turn.ttl-seconds: '5' is not a whole number within 120-86400",
                    "5:27: web.guests[0].origins[0]: 'http://a/' is no origin, https://host:port"
                            + " without a path",
                    "5:45: web.guests[0].to: no agent is named 'x'",
                    "5:61: web.guests[0].key: has fewer than 32 characters",
                    "6:7: web.guests[1]: 'origins' is missing",
                    "6:14: web.guests[1].name: 's' is also in line 5",
                    "6:21: web.guests[1].to: no trunk is named 'p'",
                    "6:21: web.guests[1].to: guests dial no number: write trunk:NAME:NUMBER",
                    "6:41: web.guests[1].fields[0]: 'Name' is no name of a field: 1-32 lower-case"
                            + " letters, digits, '-'",
                    "6:59: web.guests[1].caller-id: 'x' is no number of at most 32 digits, as"
                            + " +34911234567"),
            bad(
                    "web:\n"
                            + "  listen: 'https://0.0.0.0:8443'\n"
                            + "  allowed-origins: ['https://a.example/', '*', 'https://A']\n",
                    "2:11: web.listen: https needs 'web.tls'",
                    "3:21: web.allowed-origins[0]: 'https://a.example/' is no origin,"
                            + " https://host:port without a path",
                    "3:43: web.allowed-origins[1]: '*' is no origin, https://host:port without"
                            + " a path",
                    "3:48: web.allowed-origins[2]: 'https://A' is no origin, https://host:port"
                            + " without a path"),
            bad(
                    "web: {tls: {certificate: none.pem}}",
                    "1:12: web.tls: 'key' is missing",
                    "1:26: web.tls.certificate: there is no file "
                            + Path.of("none.pem").toAbsolutePath()
                            + ", or its folder is closed to this user"),
            bad(
                    "media: {browser-codecs: [Opus], loops: x, opus: {complexity: 11, bitrate:"
                            + " 5999, fec: 1}}",
                    "1:26: media.browser-codecs[0]: 'Opus' is none of opus, G722, PCMU, PCMA; did you mean 'opus'?",
                    "1:40: media.loops: 'x' is not a whole number within 0-36",
                    "1:62: media.opus.complexity: '11' is not a whole number within 0-10",
                    "1:75: media.opus.bitrate: '5999' is not a whole number within 6000-64000",
                    "1:86: media.opus.fec: '1' is none of true, false"),
            bad(
                    "media: {jitter-max-ms: 19}",
                    "1:24: media.jitter-max-ms: '19' is not a whole number within 20-200"),
            bad(
                    "media: {jitter-max-ms: 201}",
                    "1:24: media.jitter-max-ms: '201' is not a whole number within 20-200"),
            bad(
                    "limits: {max-calls: 0, call-hours: 1000}",
                    "1:21: limits.max-calls: '0' is not a whole number within 1-100000",
                    "1:36: limits.call-hours: '1000' is not a whole number within 1-168"),
            bad(
                    "node: {name: '${NOWHERE}'}",
                    "1:14: node.name: environment variable NOWHERE is not set"),
            bad("node: {name: '${file:no/such}'}", "1:14: node.name: file no/such does not exist"),
            bad(
                    "node: {name: '${a b}'}",
                    "1:14: node.name: '${a b}' is neither ${NAME} nor ${file:PATH}"),
            bad(
                    "node: {name: '${A'}",
                    "1:14: node.name: '${' without '}'; a literal '${' is written '$${'"),
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
                                                java.util.Arrays.stream(problems)
                                                        .map(p -> "gateway.yaml:" + p)
                                                        .toArray(String[]::new)));
    }

    @Test
    public void mutatedFileLoadsOrIsRefusedButNothingElse() throws IOException {
        long seed = 20_260_118L;
        System.out.println("BadConfigTest seed " + seed);
        Random random = new Random(seed);
        String original = Files.readString(Path.of("..", "conf", "demo.yaml"));
        int refused = 0;

        for (int i = 0; i < 800; i++) {
            StringBuilder text = new StringBuilder(original);
            for (int n = random.nextInt(4); n >= 0; n--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.setCharAt(at, (char) (' ' + random.nextInt(95)));
                    default -> text.insert(at, "&*[]{}:-#\n'\"!|>%@`$0".charAt(random.nextInt(20)));
                }
            }
            try {
                load(text.toString());
            } catch (ConfigException e) {
                assertThat(e.problems()).isNotEmpty();
                refused++;
            }
        }

        assertThat(refused).isBetween(200, 799);
    }
}
