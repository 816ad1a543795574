using System.Text.RegularExpressions;

namespace Tricks.Torch.Tests;

/// <summary>Arrows only downward: which folder of src may know which other (docs/architecture.md).</summary>
/// <remarks>Read from the source: using lines and qualified names, comments left out.</remarks>
[TestClass]
public sealed partial class LayerTests
{
    private const string Root = "(root)";

    private static string[] Parts => ["Models", "Transforms", "Mixing", "Losses", "Schedules", "Optim"];

    private static string[] Plumbing => ["Data", "Weights"];

    /// <summary>Each folder of Tricks.Torch with the others that it may know.</summary>
    private static readonly Dictionary<string, string[]> Torch = new()
    {
        ["Runtime"] = [], // the ground
        ["Kernels"] = ["Runtime"],
        ["Models"] = ["Runtime", "Kernels"], // floor 1: parts, which do not know each other
        ["Transforms"] = ["Runtime"],
        ["Mixing"] = ["Runtime"],
        ["Losses"] = ["Runtime"],
        ["Schedules"] = ["Runtime"],
        ["Optim"] = ["Runtime", "Kernels"],
        ["Data"] = ["Runtime", .. Parts], // floor 2: plumbing
        ["Weights"] = ["Runtime", .. Parts],
        ["Training"] = ["Runtime", "Kernels", .. Parts, .. Plumbing], // floor 3: programs; a checkpoint names whose kernels ran
        ["Scoring"] = ["Runtime", .. Parts, .. Plumbing],
        ["SelfSupervised"] = ["Runtime", .. Parts, .. Plumbing, "Training"], // checkpoints
    };

    /// <summary>The same for Tricks.MLNet, whose folders may all know Tricks.Torch.</summary>
    private static readonly Dictionary<string, string[]> MLNet = new()
    {
        ["Interop"] = [],
        ["Images"] = ["Interop"],
        ["Scoring"] = ["Interop", "Images"],
        ["Data"] = ["Interop", "Images", "Scoring"],
        ["Training"] = ["Interop", "Images", "Scoring", Root], // reads ConvNetTrainer.Options
        ["Persistence"] = ["Interop", "Images", "Scoring", Root], // saves and makes ImageScoringTransformer
        ["Experiments"] = ["Interop", "Images", "Training", Root], // reads ImageScoringTransformer; Training reads the label column
        [Root] = ["Interop", "Images", "Scoring", "Data", "Training", "Persistence", "Experiments"],
    };

    [TestMethod]
    public void Folders_of_Tricks_Torch_know_only_the_floors_below() => Assert.AreEqual(
        "", Lines(Faults("Torch", Torch)));

    [TestMethod]
    public void Folders_of_Tricks_MLNet_know_only_what_the_table_allows() => Assert.AreEqual(
        "", Lines(Faults("MLNet", MLNet)));

    [TestMethod]
    public void Tricks_Torch_knows_neither_Tricks_MLNet_nor_ML_NET() => Assert.AreEqual(
        "", Lines(SourceFiles("Torch").Where(file => KnowsMLNet().IsMatch(Code(File.ReadAllText(file))))));

    [TestMethod]
    [DataRow("using Tricks.Torch.Losses;", true)]
    [DataRow("using static Tricks.Torch.Losses.LabelSmoothing;", true)]
    [DataRow("using Smoothing = Tricks.Torch.Losses.LabelSmoothing;", true)]
    [DataRow("var q = global::Tricks.Torch.Losses.LabelSmoothing.Targets(y);", true)]
    [DataRow("var q = Losses.LabelSmoothing.Targets(y);", true)]
    [DataRow("/// <summary>Unlike <see cref=\"Losses.LabelSmoothing\"/>.</summary>", false)]
    [DataRow("var q = result.Losses.Count + MyLosses.Count;", false)]
    public void Known_folders_are_seen_however_they_are_named(string code, bool expected) =>
        Assert.AreEqual(expected, Knows(Code(code), "Torch", "Losses", []));

    private static IEnumerable<string> Faults(string package, Dictionary<string, string[]> mayKnow)
    {
        var files = SourceFiles(package).ToLookup(file => FolderOf(package, file));
        var rootTypes = files[Root].Select(file => Path.GetFileName(file).Split('.')[0]).Distinct().ToArray();
        foreach (var group in files)
        {
            if (!mayKnow.TryGetValue(group.Key, out var allowed))
            {
                yield return $"src/Tricks.{package}/{group.Key} has no line in the table of LayerTests";
                continue;
            }

            var forbidden = mayKnow.Keys.Except([group.Key, .. allowed]).ToList();
            foreach (var file in group)
            {
                var code = Code(File.ReadAllText(file));
                foreach (var other in forbidden.Where(other => Knows(code, package, other, rootTypes)))
                    yield return $"Tricks.{package}/{Path.GetRelativePath(Folder(package), file).Replace('\\', '/')}: {group.Key} must not know {other}";
            }
        }
    }

    /// <summary>Whether code names a folder's namespace, or, for the root, whose names are visible everywhere, one of its types.</summary>
    private static bool Knows(string code, string package, string folder, string[] rootTypes) => folder == Root
        ? rootTypes.Any(type => Regex.IsMatch(code, $@"\b{type}\b"))
        : Regex.IsMatch(code, $@"(?<![\w.])((Tricks\.)?{package}\.{folder}\b|{folder}\.[A-Z])");

    private static string Code(string source) => Comment().Replace(source, "");

    private static string FolderOf(string package, string file)
    {
        var parts = Path.GetRelativePath(Folder(package), file).Split(Path.DirectorySeparatorChar);
        return parts.Length == 1 ? Root : parts[0];
    }

    private static List<string> SourceFiles(string package)
    {
        var files = Directory.EnumerateFiles(Folder(package), "*.cs", SearchOption.AllDirectories)
            .Where(file => FolderOf(package, file) is not ("obj" or "bin")).Order(StringComparer.Ordinal).ToList();
        Assert.IsNotEmpty(files);
        return files;
    }

    private static string Folder(string package)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tricks.sln")))
            folder = folder.Parent;
        Assert.IsNotNull(folder, $"No folder above {AppContext.BaseDirectory} holds Tricks.sln.");
        return Path.Combine(folder.FullName, "src", $"Tricks.{package}");
    }

    private static string Lines(IEnumerable<string> faults) => string.Join(Environment.NewLine, faults);

    [GeneratedRegex(@"//.*|/\*[\s\S]*?\*/")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b(Tricks\.MLNet|Microsoft\.ML)\b")]
    private static partial Regex KnowsMLNet();
}
