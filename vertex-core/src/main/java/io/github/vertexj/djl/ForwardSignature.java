package io.github.vertexj.djl;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipFile;

/**
 * The arguments of a model's {@code forward}, as the code inside its TorchScript file declares
 * them.
 *
 * <p>libtorch knows them too, but DJL does not hand them out. Where they cannot be read, inputs are
 * passed by position.
 */
record ForwardSignature(List<Argument> arguments) {
  private static final Pattern ROOT_CLASS = Pattern.compile("c__torch__([\\w.]*)\n(\\w+)\n");
  private static final Pattern FORWARD =
      Pattern.compile("\n  def forward\\(self[^,)]*,?([^)]*)\\) ->");
  private static final Pattern ARGUMENT = Pattern.compile("(\\w+): ([^=]+?)(=.*)?");
  private static final Pattern COMMA_OUTSIDE_BRACKETS = Pattern.compile(",(?![^\\[]*])");

  /** One argument: its name, its type in TorchScript's words, and whether it may be left out. */
  record Argument(String name, String type, boolean optional) {}

  /** Reads the signature; empty if the file does not show it. */
  static Optional<ForwardSignature> read(Path file) {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      String objects = ModelFile.text(zip, "data.pkl");
      Matcher root = ROOT_CLASS.matcher(objects == null ? "" : objects);
      if (!root.find()) {
        return Optional.empty();
      }
      String path = "code/__torch__" + root.group(1).replace('.', '/') + ".py";
      String code = ModelFile.text(zip, path);
      return code == null ? Optional.empty() : parse(code, root.group(2));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<ForwardSignature> parse(String code, String className) {
    int start = code.indexOf("class " + className + "(Module):");
    int end = code.indexOf("\nclass ", Math.max(start, 0));
    Matcher matcher =
        FORWARD.matcher(code).region(Math.max(start, 0), end < 0 ? code.length() : end);
    if (start < 0 || !matcher.find()) {
      return Optional.empty();
    }
    List<Argument> arguments = new ArrayList<>();
    String list = matcher.group(1).strip();
    for (String text : list.isEmpty() ? new String[0] : COMMA_OUTSIDE_BRACKETS.split(list)) {
      Matcher argument = ARGUMENT.matcher(text.strip());
      if (!argument.matches()) {
        return Optional.empty();
      }
      arguments.add(
          new Argument(argument.group(1), argument.group(2).strip(), argument.group(3) != null));
    }
    return Optional.of(new ForwardSignature(List.copyOf(arguments)));
  }

  /** The arguments' names in order. */
  List<String> names() {
    return arguments.stream().map(Argument::name).toList();
  }

  /** Whether all inputs go into one dictionary by name. */
  boolean takesDictionary() {
    return takes("Dict[str, Tensor]");
  }

  /** Whether all inputs go into one list. */
  boolean takesList() {
    return takes("List[Tensor]");
  }

  private boolean takes(String type) {
    return !arguments.isEmpty()
        && arguments.get(0).type().equals(type)
        && arguments.stream().skip(1).allMatch(Argument::optional);
  }

  /** Prints as {@code forward(a: Tensor, b: Tensor)}. */
  @Override
  public String toString() {
    return arguments.stream()
        .map(argument -> argument.name() + ": " + argument.type())
        .collect(Collectors.joining(", ", "forward(", ")"));
  }
}
