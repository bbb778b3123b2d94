package io.github.vertexj.djl;

import io.github.vertexj.TensorType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The code inside a TorchScript file: the head of the model's {@code forward}, and the fields of
 * the named tuples that it speaks of.
 *
 * <p>libtorch knows them too, but DJL does not hand them out. Immutable.
 */
final class ScriptCode {
  private static final String METHOD = "  def %s(";
  private static final Pattern PRINT = Pattern.compile(" *(_\\d+ = )?print\\(");
  private static final String TUPLE = "(NamedTuple):";

  private final CodeReader.@Nullable Head forward;
  private final boolean readable;
  private final Map<String, List<CodeReader.Parameter>> tuples;
  private @Nullable TensorType floating;

  private ScriptCode(
      CodeReader.@Nullable Head forward,
      boolean readable,
      Map<String, List<CodeReader.Parameter>> tuples) {
    this.forward = forward;
    this.readable = readable;
    this.tuples = tuples;
  }

  /** Reads a file. */
  static ScriptCode read(Path file) {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ScriptCode code = read(zip);
      code.floating = floating(zip);
      return code;
    } catch (IOException e) {
      return unreadable();
    }
  }

  private static ScriptCode read(ZipFile zip) throws IOException {
    try {
      String root = rootClass(ModelFile.text(zip, "data.pkl"));
      String code = root == null ? null : code(zip, root);
      if (root == null || code == null) {
        return unreadable();
      }
      int start = classAt(code, root);
      if (start < 0) {
        return unreadable();
      }
      int end = code.indexOf("\nclass ", start + 1);
      int method = code.indexOf('\n' + METHOD.formatted("forward"), start);
      if (method < 0 || (end >= 0 && method > end)) {
        return new ScriptCode(null, true, Map.of());
      }
      int head = method + 1 + METHOD.formatted("forward").length() - 1;
      CodeReader.Head forward = new CodeReader(code, head).head();
      Map<String, List<CodeReader.Parameter>> tuples = new HashMap<>();
      if (forward.returned() != null) {
        addTuples(zip, forward.returned(), tuples);
      }
      return new ScriptCode(forward, true, tuples);
    } catch (CodeReader.UnreadableException e) {
      return unreadable();
    }
  }

  /** The only type of the floating-point numbers that a file holds, if it is one of ours. */
  private static @Nullable TensorType floating(ZipFile zip) throws IOException {
    String pickles = ModelFile.text(zip, "data.pkl") + ModelFile.text(zip, "constants.pkl");
    boolean single = pickles.contains("ctorch\nFloatStorage\n");
    boolean twice = pickles.contains("ctorch\nDoubleStorage\n");
    boolean half =
        pickles.contains("ctorch\nHalfStorage\n") || pickles.contains("ctorch\nBFloat16Storage\n");
    if (half || single == twice) {
      return null;
    }
    return single ? TensorType.FLOAT32 : TensorType.FLOAT64;
  }

  private static ScriptCode unreadable() {
    return new ScriptCode(null, false, Map.of());
  }

  /** The qualified name of the class whose object the file holds: what its pickle begins with. */
  private static @Nullable String rootClass(@Nullable String pickle) {
    if (pickle == null || pickle.length() < 3 || pickle.charAt(2) != 'c') {
      return null; // PROTO, version, GLOBAL
    }
    int middle = pickle.indexOf('\n');
    int end = pickle.indexOf('\n', middle + 1);
    return end < 0
        ? null
        : utf8(pickle.substring(3, middle) + '.' + pickle.substring(middle + 1, end));
  }

  private static String utf8(String latin) {
    return new String(latin.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** The file that a class is in. */
  private static @Nullable String code(ZipFile zip, String className) throws IOException {
    String module = className.substring(0, className.lastIndexOf('.'));
    String text = ModelFile.text(zip, "code/" + module.replace('.', '/') + ".py");
    return text == null ? null : '\n' + utf8(text);
  }

  /** Where a class begins: at the beginning of a line, which strings never have inside. */
  private static int classAt(String code, String className) {
    return code.indexOf("\nclass " + className.substring(className.lastIndexOf('.') + 1) + "(");
  }

  private static void addTuples(
      ZipFile zip, ScriptType type, Map<String, List<CodeReader.Parameter>> tuples)
      throws IOException, CodeReader.UnreadableException {
    for (ScriptType argument : type.arguments()) {
      addTuples(zip, argument, tuples);
    }
    if (!type.name().startsWith("__torch__.") || tuples.containsKey(type.name())) {
      return;
    }
    String code = code(zip, type.name());
    int start = code == null ? -1 : classAt(code, type.name());
    if (code == null || start < 0) {
      return;
    }
    int line = code.indexOf('\n', start + 1);
    if (line < 0 || !code.substring(start, line).strip().endsWith(TUPLE)) {
      return;
    }
    List<CodeReader.Parameter> fields = new ArrayList<>();
    while (line >= 0 && code.startsWith("\n  ", line)) {
      fields.add(new CodeReader(code, line).parameter());
      line = code.indexOf('\n', line + 1);
    }
    tuples.put(type.name(), fields);
    for (CodeReader.Parameter field : fields) {
      if (field.type() != null) {
        addTuples(zip, field.type(), tuples);
      }
    }
  }

  /** Whether the code could be read; if so and there is no forward, the model has none. */
  boolean readable() {
    return readable;
  }

  /** Whether a file's code prints, which goes to the process's standard output. */
  static boolean prints(Path file) {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return zip.stream()
          .filter(entry -> entry.getName().endsWith(".py"))
          .anyMatch(entry -> prints(zip, entry));
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean prints(ZipFile zip, ZipEntry entry) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(zip.getInputStream(entry), StandardCharsets.UTF_8))) {
      return lines.lines().anyMatch(line -> PRINT.matcher(line).lookingAt());
    } catch (IOException e) {
      return false;
    }
  }

  /** The head of {@code forward}; empty if there is none or it cannot be read. */
  Optional<CodeReader.Head> forward() {
    return Optional.ofNullable(forward);
  }

  /** The only type of the weights' floating-point numbers; null if there are several or none. */
  @Nullable TensorType floating() {
    return floating;
  }

  /** The fields of a named tuple; empty for any other type. */
  Optional<List<CodeReader.Parameter>> fields(ScriptType type) {
    return Optional.ofNullable(tuples.get(type.name()));
  }
}
