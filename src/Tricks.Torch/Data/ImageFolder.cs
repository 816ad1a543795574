namespace Tricks.Torch.Data;

/// <summary>A folder with one sub-folder of images per class.</summary>
/// <remarks>
/// <para>The class of an image is the sub-folder directly below the root, however deep the file lies in it. Classes and
/// files are sorted by ordinal comparison, so every machine sees the same order. Images are known by their extension,
/// in any case: jpg, jpeg, png, bmp, gif, webp.</para>
/// <para>Left out without a word: hidden files and folders (their name begins with a dot), Thumbs.db, desktop.ini, and
/// companions with the extension txt, md, csv, tsv, json, xml, yml, yaml, html, log. Any other file is an error, for it
/// may be an image in a format that is not read (tif, heic, ...), or lie outside every class.</para>
/// </remarks>
public sealed class ImageFolder
{
    private const int NamesShown = 10;
    private static readonly HashSet<string> ImageExtensions = new(
        [".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> CompanionExtensions = new(
        [".txt", ".md", ".csv", ".tsv", ".json", ".xml", ".yml", ".yaml", ".html", ".log"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> SystemFiles = new(["Thumbs.db", "desktop.ini"], StringComparer.OrdinalIgnoreCase);

    private ImageFolder(IReadOnlyList<string> classNames, IReadOnlyList<LabelledPath> files) => (ClassNames, Files) = (classNames, files);

    /// <summary>The names of the sub-folders, sorted.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Every image, class by class.</summary>
    public IReadOnlyList<LabelledPath> Files { get; }

    /// <summary>Lists the images; none is opened.</summary>
    /// <param name="path">The root.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There are fewer than two classes, a class without images, or files that are
    /// neither images nor companions; all of it in one message.</exception>
    public static ImageFolder Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"There is no folder '{path}'. Pass the folder that holds one sub-folder of images per class.");

        var root = Path.GetFullPath(path);
        var classes = Directory.EnumerateDirectories(root).Where(IsVisible).Order(StringComparer.Ordinal).ToList();
        var files = classes.ToDictionary(folder => folder, folder => VisibleFiles(folder).Order(StringComparer.Ordinal).ToList());
        var astray = Directory.EnumerateFiles(root).Where(IsVisible).Order(StringComparer.Ordinal).Where(file => !IsCompanion(file));
        var foreign = files.Values.SelectMany(list => list).Where(file => !IsImage(file) && !IsCompanion(file));
        var empty = classes.Where(folder => !files[folder].Exists(IsImage)).Select(Path.GetFileName).ToList();

        List<string> faults = [];
        if (classes.Count < 2)
            faults.Add($"It has {classes.Count} sub-folder(s); a classifier needs at least two classes, one sub-folder each.");
        if (empty.Count > 0)
            faults.Add($"Class folders without an image: {Shown(empty)}. Put images there or remove them.");
        if (Shown(astray.Select(file => Path.GetRelativePath(root, file))) is { Length: > 0 } outside)
            faults.Add($"Files outside every class folder: {outside}. Move them into one.");
        if (Shown(foreign.Select(file => Path.GetRelativePath(root, file))) is { Length: > 0 } unread)
            faults.Add($"Files that are not read: {unread}. Convert them to jpg, png, bmp, gif or webp, or remove them.");
        if (faults.Count > 0)
            throw new InvalidDataException($"The image folder '{path}' cannot be used. {string.Join(" ", faults)}");

        return new ImageFolder(
            [.. classes.Select(folder => Path.GetFileName(folder))],
            [.. classes.SelectMany(folder => files[folder].Where(IsImage), (folder, file) => new LabelledPath(file, Path.GetFileName(folder)))]);
    }

    private static IEnumerable<string> VisibleFiles(string folder) =>
        Directory.EnumerateFiles(folder).Where(IsVisible)
            .Concat(Directory.EnumerateDirectories(folder).Where(IsVisible).SelectMany(VisibleFiles));

    private static bool IsVisible(string path) => !Path.GetFileName(path).StartsWith('.');

    private static bool IsImage(string file) => ImageExtensions.Contains(Path.GetExtension(file));

    private static bool IsCompanion(string file) =>
        SystemFiles.Contains(Path.GetFileName(file)) || CompanionExtensions.Contains(Path.GetExtension(file));

    private static string Shown(IEnumerable<string?> names)
    {
        var all = names.ToList();
        var more = all.Count > NamesShown ? $", and {all.Count - NamesShown} more" : "";
        return string.Join(", ", all.Take(NamesShown)) + more;
    }
}
