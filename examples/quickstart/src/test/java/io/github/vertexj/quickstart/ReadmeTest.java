package io.github.vertexj.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first screen of the README: its program compiles, runs and answers as it says. */
class ReadmeTest {
  private static final Path README = Path.of("../../README.md");
  private static final Pattern REQUEST =
      Pattern.compile("curl .*-d '(\\{.*})' localhost:8080/predict\\n(.*)\\n");

  @TempDir Path directory;

  @Test
  void firstProgram_started_answersAsShown() throws Exception {
    String readme = Files.readString(README);
    compile(readme.split("```java\n", 2)[1].split("```", 2)[0]);
    Matcher shown = REQUEST.matcher(readme);
    assertThat(shown.find()).isTrue();
    try (ServerProcess server = ServerProcess.java(directory.toString(), "Iris")) {
      URI uri = server.awaitReady().resolve("/predict");
      HttpRequest request =
          HttpRequest.newBuilder(uri)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(shown.group(1)))
              .build();
      HttpResponse<String> response =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.body()).isEqualTo(shown.group(2));
      assertThat(server.terminate()).isZero();
    }
  }

  private void compile(String source) throws Exception {
    Path file = Files.writeString(directory.resolve("Iris.java"), source);
    String classPath = System.getProperty("java.class.path");
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-cp", classPath, "-d", directory.toString(), file.toString());
    assertThat(status).isZero();
  }
}
