package io.github.vertexj.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The READMEs of the examples show code that is compiled and tested, line by line. */
class ReadmeTest {
  private static final Pattern JAVA = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);

  @ParameterizedTest
  @ValueSource(strings = {"embedded-service", "jpeg-digits", "token-stream"})
  void codeInTheReadme_isInTheSources(String example) throws IOException {
    Path directory = Path.of("..", example);
    List<String> shown =
        JAVA.matcher(Files.readString(directory.resolve("README.md")))
            .results()
            .map(block -> lines(block.group(1)))
            .toList();
    String sources = sources(directory.resolve("src"));
    assertThat(shown).isNotEmpty().allSatisfy(code -> assertThat(sources).contains(code));
  }

  private static String sources(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(ReadmeTest::read)
          .map(ReadmeTest::lines)
          .collect(Collectors.joining("\n"));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String lines(String code) {
    return code.strip().lines().map(String::strip).collect(Collectors.joining("\n"));
  }
}
