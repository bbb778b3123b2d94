package io.github.vertexj.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariableReferencesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--port=$(AIP_HTTP_PORT)            | --port=8080",
        "$(AIP_HTTP_PORT)$(AIP_HTTP_PORT)   | 80808080",
        "$(UNKNOWN)                         | $(UNKNOWN)",
        "$$(AIP_HTTP_PORT)                  | $(AIP_HTTP_PORT)",
        "$$(UNKNOWN)                        | $(UNKNOWN)",
        "$AIP_HTTP_PORT                     | $AIP_HTTP_PORT",
        "$(AIP_HTTP_PORT                    | $(AIP_HTTP_PORT",
        "$                                  | $",
        "$$                                 | $$",
        "$()                                | $()",
      })
  void C1_6_reference_isExpandedWhereItsNameIsKnown(String text, String expanded) {
    assertThat(VariableReferences.expand(text, Map.of("AIP_HTTP_PORT", "8080")))
        .isEqualTo(expanded);
  }

  @Test
  void C1_6_expandedText_isNotExpandedAgain() {
    assertThat(VariableReferences.expand("$(A)", Map.of("A", "$(B)", "B", "x"))).isEqualTo("$(B)");
  }

  @Test
  void C1_6_laterEntries_mayReferToEarlierOnes_notTheReverse() {
    Map<String, String> own = new LinkedHashMap<>();
    own.put("EARLY", "$(LATE)");
    own.put("URL", "http://localhost:$(AIP_HTTP_PORT)");
    own.put("LATE", "$(URL)/x");
    assertThat(VariableReferences.environment(Map.of("AIP_HTTP_PORT", "8080"), own))
        .containsEntry("EARLY", "$(LATE)")
        .containsEntry("LATE", "http://localhost:8080/x");
  }
}
