using Tricks.MLNet;
using Tricks.MLNet.Interop;
using Tricks.Torch.Models;
using Tricks.Torch.Training;

namespace Microsoft.ML;

/// <summary>The trainers of Tricks.MLNet in ML.NET's catalogs.</summary>
public static partial class TricksCatalog
{
    /// <summary>Trains a convolutional network with the bag of tricks (arXiv:1812.01187).</summary>
    /// <param name="catalog">mlContext.MulticlassClassification.Trainers.</param>
    /// <param name="options">Columns, architecture, recipe, validation and the rest.</param>
    /// <exception cref="ArgumentException">Options are out of range; every fault is listed.</exception>
    public static ConvNetTrainer ConvNet(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, ConvNetTrainer.Options options) =>
        new(CatalogEnvironment.Of(catalog), options);

    /// <summary>Trains a convolutional network with the bag of tricks (arXiv:1812.01187).</summary>
    /// <param name="catalog">mlContext.MulticlassClassification.Trainers.</param>
    /// <param name="labelColumnName">The label, a key column.</param>
    /// <param name="imageColumnName">The image: a path, encoded bytes, an MLImage or a pixel vector.</param>
    /// <param name="architecture">The network; ResNet-18-D by default.</param>
    /// <param name="imageSize">Height and width of the network's input in pixels; the architecture's own by default.</param>
    /// <param name="recipe">How it is trained; <see cref="TrainingRecipe.ShortBagOfTricks"/> by default.</param>
    /// <param name="validationSet">Rows that choose the best epoch; a tenth of each class is split off by default.</param>
    /// <exception cref="ArgumentException">Options are out of range; every fault is listed.</exception>
    public static ConvNetTrainer ConvNet(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = "Label",
        string imageColumnName = "ImagePath",
        Architecture? architecture = null,
        int? imageSize = null,
        TrainingRecipe? recipe = null,
        IDataView? validationSet = null)
    {
        var options = new ConvNetTrainer.Options
        {
            LabelColumnName = labelColumnName,
            ImageColumnName = imageColumnName,
            ImageSize = imageSize,
            ValidationSet = validationSet,
        };
        options.Architecture = architecture ?? options.Architecture;
        options.Recipe = recipe ?? options.Recipe;
        return new ConvNetTrainer(CatalogEnvironment.Of(catalog), options);
    }
}
