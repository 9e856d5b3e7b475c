package offhook.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import offhook.config.TrunkConfig.Codec;
import offhook.config.TrunkConfig.Dtmf;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class TrunkPresetsTest {

    @DataProvider
    public Object[][] presets() {
        return TrunkPresets.names().stream()
                .map(name -> new Object[] {name})
                .toArray(Object[][]::new);
    }

    @Test(dataProvider = "presets")
    public void everyPresetIsSoundAndAddsSomething(String name) throws ConfigException {
        TrunkConfig trunk = trunk("preset: " + name);

        assertThat(trunk.preset()).map(TrunkConfig.Preset::name).contains(name);
        assertThat(trunk.preset().orElseThrow().settings()).isNotEmpty();
    }

    @Test
    public void everyPbxThatIsNamedInTheDocumentsHasAPreset() {
        assertThat(TrunkPresets.names())
                .containsExactly(
                        "asterisk",
                        "freeswitch",
                        "kamailio",
                        "3cx",
                        "cisco-cube",
                        "avaya",
                        "teams-sbc",
                        "carrier");
    }

    @Test
    public void whatTheFileSaysWins() throws ConfigException {
        TrunkConfig trunk = trunk("preset: cisco-cube, codecs: [PCMA]");

        assertThat(trunk.codecs()).containsExactly(Codec.PCMA);
        assertThat(trunk.dtmf()).isEqualTo(Dtmf.AUTO);
        assertThat(trunk.preset().orElseThrow().settings())
                .contains("dtmf: auto")
                .noneMatch(setting -> setting.startsWith("codecs"));
    }

    @Test
    public void onlyATrunkThatCanBeCalledIsProbed() throws ConfigException {
        assertThat(trunk("preset: asterisk").reach().ping()).isEmpty();
        assertThat(trunk("preset: asterisk, uri: \"sip:192.0.2.1\"").reach().ping()).isPresent();
    }

    @Test
    public void trunkWithoutPresetIsAsBefore() throws ConfigException {
        assertThat(trunk("dtmf: info").preset()).isEmpty();
    }

    @Test
    public void unknownPresetIsToldWithItsPlaceAndTheKnownOnes() {
        assertThatThrownBy(() -> trunk("preset: asterix"))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e ->
                                assertThat(e.problems())
                                        .singleElement()
                                        .asString()
                                        .contains("1:57")
                                        .contains("'asterix' is none of asterisk, freeswitch"));
    }

    @Test
    public void keyThatNoTrunkHasIsStillTold() {
        assertThatThrownBy(() -> trunk("preset: asterisk, codec: PCMA"))
                .hasMessageContaining("did you mean 'codecs'");
    }

    private static TrunkConfig trunk(String more) throws ConfigException {
        return ConfigLoader.load(
                        "gateway.yaml",
                        "trunks: [{name: pbx, addresses: [192.0.2.0/24], " + more + "}]",
                        _ -> Optional.empty(),
                        Path.of("."))
                .config()
                .trunks()
                .getFirst();
    }
}
