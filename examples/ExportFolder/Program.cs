// Writes the embedded Fashion-MNIST images as PNG files, one sub-folder per class: a folder to try the other examples on.
//
//   dotnet run -c Release --project examples/ExportFolder -- examples/data/fashion-mnist OUTPUT_FOLDER [--per-class N]
//
// N is 600 (all) by default.

using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

string[] classNames =
    ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];
if (args.Length is not (2 or 4) || (args.Length == 4 && args[2] != "--per-class"))
    return Usage();

var (folder, output, perClass) = (args[0], args[1], args.Length == 4 ? int.Parse(args[3]) : 600);
var mlContext = new MLContext();
var images = mlContext.Data.LoadFromIdx(
    Path.Combine(folder, "train-images-idx3-ubyte.gz"), Path.Combine(folder, "train-labels-idx1-ubyte.gz"), classNames);

var written = classNames.ToDictionary(name => name, _ => 0);
foreach (var row in mlContext.Data.CreateEnumerable<LabelledImage>(images, reuseRowObject: false))
{
    using var image = row.Image!;
    if (written[row.Label] == perClass)
        continue;
    var classFolder = Directory.CreateDirectory(Path.Combine(output, FolderName(row.Label)));
    image.Save(Path.Combine(classFolder.FullName, $"{written[row.Label]++:d4}.png"));
}

foreach (var (name, count) in written)
    Console.WriteLine($"{count,5} images in {Path.Combine(output, FolderName(name))}");
return 0;

// A class name may hold what a file name may not: "T-shirt/top" becomes "T-shirt-top". Windows forbids the most.
static string FolderName(string className) =>
    string.Concat(className.Select(c => "<>:\"/\\|?*".Contains(c) || char.IsControl(c) ? '-' : c)).TrimEnd(' ', '.');

static int Usage()
{
    Console.Error.WriteLine("usage: ExportFolder DATA_FOLDER OUTPUT_FOLDER [--per-class N]");
    return 1;
}

internal sealed class LabelledImage
{
    [ImageType(28, 28)]
    public MLImage? Image { get; set; }

    public string Label { get; set; } = "";
}
