package io.github.vertexj;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/** Which package may know which, read from the compiled classes by the JDK's own {@code jdeps}. */
class ImportDirectionTest {
  private static final String ROOT = "io.github.vertexj";
  private static final Pattern ARROW = Pattern.compile("   (\\S+) +-> (\\S+) .*");

  /** The packages, and the packages of ours that each may import beside the root. */
  private static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          entry(ROOT),
          entry(ROOT + ".env"),
          entry(ROOT + ".json"),
          entry(ROOT + ".tensor", "json"),
          entry(ROOT + ".envelope", "json", "tensor"),
          entry(ROOT + ".formats", "json", "tensor", "envelope"),
          entry(ROOT + ".batch"),
          entry(ROOT + ".artifact"),
          entry(ROOT + ".proof"),
          entry(ROOT + ".djl", "proof"),
          entry(ROOT + ".chat"),
          entry(ROOT + ".start", "env", "artifact", "json", "envelope"),
          entry(ROOT + ".serving", "env", "json", "envelope", "formats", "batch", "start"));

  /** The libraries that only some packages may import. */
  private static final Map<String, Set<String>> LIBRARIES =
      Map.of(
          "ai.djl", Set.of(ROOT + ".djl"),
          "com.fasterxml.jackson",
              Set.of(
                  ROOT,
                  ROOT + ".json",
                  ROOT + ".envelope",
                  ROOT + ".formats",
                  ROOT + ".djl",
                  ROOT + ".serving",
                  ROOT + ".chat"));

  private record Arrow(String from, String to) {
    @Override
    public String toString() {
      return from + " -> " + to;
    }
  }

  @Test
  void packages_importOnlyWhatTheDesignAllows() throws Exception {
    assertThat(arrows()).filteredOn(arrow -> !allowed(arrow, ARROWS)).isEmpty();
  }

  @Test
  void libraries_areImportedOnlyWhereTheyBelong() throws Exception {
    assertThat(arrows()).filteredOn(arrow -> !allowedLibrary(arrow, LIBRARIES)).isEmpty();
  }

  @Test
  void arrowsThatExist_areSeen() throws Exception {
    Map<String, Set<String>> none = Map.of(ROOT, Set.of(), ROOT + ".serving", Set.of());
    assertThat(arrows())
        .filteredOn(arrow -> !allowed(arrow, none))
        .contains(
            new Arrow(ROOT + ".serving", ROOT + ".batch"), // an arrow not allowed here
            new Arrow(ROOT + ".batch", ROOT)); // a package not known here
    assertThat(arrows())
        .filteredOn(arrow -> !allowedLibrary(arrow, Map.of("ai.djl", Set.of())))
        .contains(new Arrow(ROOT + ".djl", "ai.djl.ndarray"));
  }

  private static Map.Entry<String, Set<String>> entry(String from, String... to) {
    return Map.entry(from, Set.of(to));
  }

  private static boolean allowed(Arrow arrow, Map<String, Set<String>> arrows) {
    Set<String> targets = arrows.get(arrow.from);
    return targets != null
        && (!arrow.to.startsWith(ROOT)
            || arrow.to.equals(ROOT)
            || targets.contains(arrow.to.substring(ROOT.length() + 1)));
  }

  private static boolean allowedLibrary(Arrow arrow, Map<String, Set<String>> libraries) {
    return libraries.entrySet().stream()
        .filter(library -> arrow.to.startsWith(library.getKey()))
        .allMatch(library -> library.getValue().contains(arrow.from));
  }

  /** The arrows between different packages, of all classes that were compiled with the root's. */
  private static Set<Arrow> arrows() throws Exception {
    Path classes =
        Path.of(Predictor.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    StringWriter lines = new StringWriter();
    StringWriter faults = new StringWriter();
    int status =
        ToolProvider.findFirst("jdeps")
            .orElseThrow()
            .run(
                new PrintWriter(lines, true),
                new PrintWriter(faults, true),
                "-verbose:package",
                classes.toString());
    assertThat(status).as("jdeps says %s", faults).isZero();
    return parse(lines.toString().lines().toList());
  }

  private static Set<Arrow> parse(List<String> lines) {
    Set<Arrow> arrows = new TreeSet<>(java.util.Comparator.comparing(Arrow::toString));
    for (String line : lines) {
      var arrow = ARROW.matcher(line);
      if (arrow.matches()) {
        arrows.add(new Arrow(arrow.group(1), arrow.group(2)));
      }
    }
    return arrows;
  }
}
