package io.github.vertexj.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.DeployedModel;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.StartException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstalledProvidersTest {
  private static final String DJL = "io.github.vertexj.djl.DjlProvider";
  @TempDir Path classPath;

  /** A provider that echoes. */
  public static class First implements PredictorProvider<String, String> {
    @Override
    public LoadedModel<String, String> load(DeployedModel model, LoadProgress progress) {
      return LoadedModel.of(String.class, (instances, parameters) -> instances);
    }
  }

  /** Another. */
  public static final class Second extends First {}

  /** One that cannot be made. */
  public static final class Broken extends First {
    /** Fails. */
    public Broken() {
      throw new IllegalStateException("no licence key");
    }
  }

  @Test
  void select_nothingElse_takesTheOneThatServesAnyModel() throws Exception {
    assertThat(select(null).getClass().getName()).isEqualTo(DJL);
  }

  @Test
  void select_oneOfTheUsers_goesBeforeTheGeneralOne() throws Exception {
    assertThat(select(null, First.class)).isInstanceOf(First.class);
  }

  @Test
  void select_several_namesThemAndTheChoice() {
    assertThatThrownBy(() -> select(null, First.class, Second.class))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(First.class.getName())
        .hasMessageContaining(Second.class.getName())
        .hasMessageContaining("--provider");
  }

  @Test
  void select_byName_takesIt() throws Exception {
    assertThat(select(Second.class.getName(), First.class, Second.class))
        .isInstanceOf(Second.class);
    assertThat(select(DJL, First.class).getClass().getName()).isEqualTo(DJL);
  }

  @Test
  void select_aNameThatIsNotThere_namesWhatIs() {
    assertThatThrownBy(() -> select("com.example.Typo", First.class))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("com.example.Typo")
        .hasMessageContaining(First.class.getName())
        .hasMessageContaining("META-INF/services");
  }

  @Test
  void select_oneThatCannotBeMade_saysWhatItNeeds() {
    assertThatThrownBy(() -> select(null, Broken.class))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(Broken.class.getName())
        .hasMessageContaining("public constructor");
  }

  private PredictorProvider<?, ?> select(String name, Class<?>... registered) throws Exception {
    Path services = Files.createDirectories(classPath.resolve("META-INF/services"));
    StringBuilder names = new StringBuilder();
    for (Class<?> provider : registered) {
      names.append(provider.getName()).append('\n');
    }
    Files.writeString(services.resolve(PredictorProvider.class.getName()), names);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {classPath.toUri().toURL()}, before)) {
      thread.setContextClassLoader(loader);
      return InstalledProviders.select(name);
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
