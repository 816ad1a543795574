using Microsoft.ML;

namespace FineTune;

/// <summary>An image folder: with train and test below it, as d2l's hotdog has, or split here.</summary>
internal static class FolderData
{
    /// <summary>Where the classes' sub-folders are.</summary>
    public static string TrainingFolder(string folder) => HasTest(folder) ? Path.Combine(folder, "train") : folder;

    /// <summary>The given test images, or two fifths chosen by seed.</summary>
    public static (IDataView Train, IDataView Test) Split(MLContext context, string folder, int seed)
    {
        var train = context.Data.LoadFromImageFolder(TrainingFolder(folder));
        if (HasTest(folder))
            return (train, context.Data.LoadFromImageFolder(Path.Combine(folder, "test")));
        var split = context.Data.TrainTestSplit(train, testFraction: 0.4, seed: seed);
        return (split.TrainSet, split.TestSet);
    }

    private static bool HasTest(string folder) => Directory.Exists(Path.Combine(folder, "train")) && Directory.Exists(Path.Combine(folder, "test"));
}
