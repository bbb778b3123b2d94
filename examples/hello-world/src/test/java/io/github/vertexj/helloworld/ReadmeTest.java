package io.github.vertexj.helloworld;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The README shows the two programs as they are. */
class ReadmeTest {
  private static final Path JAVA =
      Path.of("src/main/java/io/github/vertexj/helloworld/HelloWorld.java");

  @Test
  void programsInTheReadme_areThese() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    String java = Files.readString(JAVA);
    String shown = readme.split("```java\n", 2)[1].split("```", 2)[0].strip();
    assertThat(shown).startsWith("public final class HelloWorld {");
    assertThat(java.strip()).endsWith(shown);
    String python = readme.split("```python\n", 2)[1].split("```", 2)[0];
    assertThat(python.strip()).isEqualTo(Files.readString(Path.of("hello_world.py")).strip());
  }
}
